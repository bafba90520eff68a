"""Keeps fills of a weight that a layer computes from working, because in torch they are lost.

After `weight_norm`, `spectral_norm` or a parametrisation `conv.weight` is the result of a computation, and what
`conv.weight.data.normal_()` writes to it is gone with the next call. Where the layer surely is such a one the statement
goes; where it may be one, a helper gives the Parameter, or a copy of what is computed. `with parametrize.cached():` is
dedented.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.rules.shared.questions import argument
from torch2ms.rewrite.rules.shared.taken_out import take_context
from torch2ms.rewrite.rules.shared.unknown_layers import ask, can_ask
from torch2ms.source import kinds as k
from torch2ms.source.members import GIVE_THEIR_MODULE

_LOST = "what is written to .{} here is lost in torch: the layer computes it anew in every call"


def _start(ctx: FileContext) -> None:
    """Fills of a weight that may be computed ask the layer."""
    names = _names(ctx)
    for node, stmt in _fills(ctx, names):
        if can_ask(node) and _is_computed(ctx, node) is None:
            ask(ctx, node, stmt)


def _finish(ctx: FileContext) -> None:
    """Fills of a weight that surely is computed go."""
    for node, stmt in _fills(ctx, _names(ctx)):
        if _is_computed(ctx, node):
            ctx.clear_stmt(stmt)
            ctx.delete_stmt(stmt)
            ctx.finding(stmt, "T2M302", _LOST.format(node.attr))


def _norms(ctx: FileContext) -> Iterator[ast.Call]:
    """The calls that make a layer compute its weight."""
    for call, kind in ctx.facts.calls.items():
        callee = k.settle(kind)
        if isinstance(callee, (k.Ref, k.StoredApi)):
            name = ctx.know.canonical(callee.name)
            if name in GIVE_THEIR_MODULE and ".remove_" not in name:
                yield call


def _names(ctx: FileContext) -> set[str]:
    """The names of weights that layers of the file compute; where the function is handed on, it may be `weight`."""
    if "utils" not in ctx.source.text:
        return set()
    names = {name for call in _norms(ctx) if (name := _name(ctx, call)) is not None}
    handed_on = any(use.name in GIVE_THEIR_MODULE and use.call is None for use in ctx.sites())
    return names | {"weight"} if handed_on else names


def _name(ctx: FileContext, call: ast.Call) -> str | None:
    """The name of the weight that a call is about; None where that is not written there."""
    given = argument(call, 1, "name") or argument(call, 1, "tensor_name")
    if given is None:
        return "weight"
    return given.value if isinstance(given, ast.Constant) and isinstance(given.value, str) else None


def _fills(ctx: FileContext, names: set[str]) -> Iterator[tuple[ast.Attribute, ast.Expr]]:
    """`m.weight.data.normal_()`, `m.weight.zero_()` and `init.zeros_(m.weight)`, for weights of these names."""
    if not names:
        return
    for call, kind in ctx.facts.calls.items():
        stmt, callee = ctx.stmt(call), k.settle(kind)
        if not isinstance(stmt, ast.Expr) or stmt.value is not call:
            continue
        node: ast.expr | None = None
        if isinstance(callee, k.Ref) and ctx.know.canonical(callee.name).startswith("torch.nn.init."):
            node = argument(call, 0, "tensor")
        elif isinstance(call.func, ast.Attribute) and call.func.attr.endswith("_"):
            node = call.func.value
        if isinstance(node, ast.Attribute) and node.attr == "data":
            node = node.value
        if isinstance(node, ast.Attribute) and node.attr in names:
            yield node, stmt


def _is_computed(ctx: FileContext, node: ast.Attribute) -> bool | None:
    """Whether a layer computes this weight: known of `self.conv` where all that it is made by is seen."""
    layer = node.value
    if not isinstance(layer, ast.Attribute) or not isinstance(layer.value, ast.Name):
        return None
    norms = set(_norms(ctx))
    made = [
        stmt.value
        for target, stmt in ((n, ctx.facts.stmts.get(n)) for n in ctx.facts.attributes)
        if target.attr == layer.attr and isinstance(target.ctx, ast.Store) and isinstance(stmt, ast.Assign)
    ]
    direct = all(isinstance(argument(call, 0, "module"), ast.Call) for call in norms)
    answers = {_makes_computed(ctx, value, norms, node.attr) for value in made}
    return answers.pop() if direct and len(answers) == 1 else None


def _makes_computed(ctx: FileContext, value: ast.expr, norms: set[ast.Call], name: str) -> bool | None:
    """Whether a layer that is made computes the weight of this name."""
    if not isinstance(value, ast.Call):
        return None
    if value in norms:
        return _name(ctx, value) == name
    callee = k.settle(ctx.facts.calls.get(value, k.UNKNOWN))
    is_layer = isinstance(callee, k.Ref) and ctx.know.is_layer(ctx.know.canonical(callee.name))
    return False if is_layer else None


def _cached(ctx: FileContext, use: Use) -> bool:
    """`with parametrize.cached():` saves time, and a step of the power iteration of spectral_norm."""
    if "parametrizations" in ctx.source.text and re.search("spectral_?norm", ctx.source.text, re.IGNORECASE):
        message = "without it spectral_norm makes a step of its power iteration at every use of the weight"
        return ctx.manual(use, "T2M202", message, "read the weight once, into a variable")
    message = "left out: the weight is computed wherever it is used"
    return take_context(ctx, use) and ctx.adapted(use, "", message)


RULE = Rule(sites={"torch.nn.utils.parametrize.cached": _cached}, start=_start, finish=_finish)
