"""Lets `torch.func.grad` become `mindspore.grad` where tensors are differentiated, because of a dict it gives nothing.

`torch.func.grad(f)(x)` is `mindspore.grad(f)(x)` where x is a tensor, and so are gradients of gradients. A function
that is kept, several arguments at once, a further result (`has_aux`), and dicts and lists of tensors are left.
"""

from __future__ import annotations

import ast

from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.rules.shared.questions import argument, has_stars
from torch2ms.source import kinds as k

_GRAD = "torch.func.grad"
_MAPS = frozenset(("torch.vmap", "torch.func.vmap"))


def _grad(ctx: FileContext, use: Use) -> bool:
    if use.call is not None and _takes_tensors(ctx, use.call):
        return False
    message = "mindspore.grad gives gradients of tensors; of a dict or a list of them it gives none"
    return ctx.manual(use, "T2M401", message, "mindspore.grad(f)(x), where x is a tensor")


def _takes_tensors(ctx: FileContext, call: ast.Call) -> bool:
    """Whether what a call of `grad` makes is called at once, and with tensors where it differentiates."""
    position = _position(argument(call, 1, "argnums"))
    outer = ctx.parents.of(call)
    if has_stars(call) or argument(call, 2, "has_aux") or position is None or not isinstance(outer, ast.Call):
        return False
    if outer.func is call:
        given = outer.args[: position + 1]
        plain = not any(isinstance(arg, ast.Starred) for arg in given)
        return plain and len(given) > position and k.is_tensor(ctx.kind(given[position]))
    site = ctx.site(outer.func)
    called = ctx.parents.of(outer)
    if site is not None and site.name in _MAPS and outer.args[:1] == [call]:
        if not isinstance(called, ast.Call) or called.func is not outer or has_stars(called):
            return False
        return len(called.args) > position and all(k.is_tensor(ctx.kind(arg)) for arg in called.args)
    is_inner = site is not None and site.name == _GRAD and argument(outer, 0, "func") is call
    return is_inner and position == _position(argument(outer, 1, "argnums")) and _takes_tensors(ctx, outer)


def _position(node: ast.expr | None) -> int | None:
    """The argument that is differentiated, as far as it is written out."""
    match node:
        case None:
            return 0
        case ast.Constant(value=int(position)) if position >= 0:
            return position
    return None


RULE = Rule(sites={_GRAD: _grad})
