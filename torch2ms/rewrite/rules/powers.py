"""Writes `x ** 0` as ones and reports other powers and products whose gradient is NaN in MindSpore where x is 0.

MindSpore computes the gradient of `x ** n` as `n * x ** (n - 1)`, which is 0 times infinity where both are 0, and that
of `cumprod` by a division by x; torch gives the right number. Other exponents are right at 0, and so is `prod`. A
power is looked at where an exponent of 0 can be seen: a literal, the variable of `range(n)`, `torch.arange(n)`.
`cumprod` is looked at unless no gradient goes through its input, which holds of schedules that are made of constants,
or it is kept from 0 (`1 - alpha + 1e-10`).
"""

from __future__ import annotations

import ast

from torch2ms.model import Outcome
from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.rules.shared.constants import is_constant, is_positive
from torch2ms.rewrite.rules.shared.questions import argument, default, input_of
from torch2ms.source import kinds as k

_POWERS = frozenset(("torch.pow", "torch.Tensor.pow", "torch.float_power", "torch.Tensor.float_power"))
_PRODUCTS = frozenset(("torch.cumprod", "torch.Tensor.cumprod"))
_POWER = "the gradient of x ** 0 is NaN in MindSpore where x is 0, and 0 in torch; the exponent may be 0 here"
_POWER_HINT = "ops.ones_like(x) where the exponent is 0"
_PRODUCT = "the gradient of cumprod is NaN in MindSpore where its input is 0"
_PRODUCT_HINT = "keep the input from 0, or multiply step by step if a gradient goes through it"


def _finish(ctx: FileContext) -> None:
    for use in list(ctx.sites()):
        if use.call is None or ctx.outcome(use) not in (Outcome.CONVERTED, Outcome.ADAPTED):
            continue
        if use.name in _POWERS:
            _call(ctx, use, use.call)
        elif use.name in _PRODUCTS:
            _product(ctx, use, use.call)
    if not ctx.sites() or ctx.uses_mindspore:
        return
    for node in ctx.facts.of_type(ast.BinOp):
        if isinstance(node.op, ast.Pow) and k.is_tensor(ctx.kind(node.left)):
            _operator(ctx, node)


def _operator(ctx: FileContext, node: ast.BinOp) -> None:
    """`x ** 0`."""
    stmt = ctx.parents.stmt(node)
    if ctx.plan(node) is not None or not ctx.has_place(node, stmt) or not _is_doubtful(ctx, node.left, node.right):
        return
    if _is_zero(node.right) and _keeps_dtype(ctx, node.left, node.right):
        ctx.replace(node, "ops.ones_like({x})", {"x": node.left})
        ctx.structural(node, stmt, "torch.Tensor.__pow__", "mindspore.ops.ones_like")
    else:
        use = ctx.add_site(node, "torch.Tensor.__pow__", stmt)
        ctx.check(use, "mindspore.Tensor.__pow__", _POWER, "T2M301", _POWER_HINT)


def _call(ctx: FileContext, use: Use, call: ast.Call) -> None:
    """`torch.pow(x, 0)`, `x.pow(n)`."""
    base = input_of(use)
    exponent = argument(call, 0 if use.receiver is not None else 1, "exponent")
    if base is None or exponent is None or not ctx.has_place(call, use.stmt) or not _is_doubtful(ctx, base, exponent):
        return
    if _is_zero(exponent) and use.name.endswith(".pow") and _keeps_dtype(ctx, base, exponent):
        ctx.replace(call, "ops.ones_like({x})", {"x": base})
        ctx.converted(use, "mindspore.ops.ones_like")
        return
    ctx.doubt(use, _POWER, "T2M301", _POWER_HINT)


def _product(ctx: FileContext, use: Use, call: ast.Call) -> None:
    """`torch.cumprod(1 - alpha, dim=-1)`."""
    given = input_of(use)
    if given is None or is_constant(ctx, given) or is_positive(ctx, given):
        return
    ctx.doubt(use, _PRODUCT, "T2M301", _PRODUCT_HINT)


def _is_doubtful(ctx: FileContext, base: ast.expr, exponent: ast.expr) -> bool:
    """Whether an exponent of 0 can be seen, and a gradient may go through a base that may be 0."""
    return _may_be_zero(ctx, exponent) and not is_constant(ctx, base) and not is_positive(ctx, base)


def _keeps_dtype(ctx: FileContext, base: ast.expr, exponent: ast.expr) -> bool:
    found = ctx.dtypes.of(base)
    return isinstance(exponent, ast.Constant) and (
        isinstance(exponent.value, int) or found is None or found.family != "int"
    )


def _is_zero(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) in (int, float) and node.value == 0


def _may_be_zero(ctx: FileContext, node: ast.expr | None) -> bool:
    """Whether an exponent is seen to be 0, or to hold a 0."""
    match node:
        case ast.Constant():
            return _is_zero(node)
        case ast.List(elts=elts) | ast.Tuple(elts=elts):
            return any(_may_be_zero(ctx, elt) for elt in elts)
        case ast.Call(func=ast.Attribute(attr="arange")) | ast.Call(func=ast.Name(id="range" | "arange")):
            return len(node.args) == 1 or (bool(node.args) and _is_zero(node.args[0]))
        case ast.Call(func=ast.Attribute(attr="tensor"), args=[inner, *_]):
            return _may_be_zero(ctx, inner)
        case ast.Call(func=ast.Attribute(attr="float" | "to" | "view" | "reshape" | "unsqueeze", value=inner)):
            return _may_be_zero(ctx, inner)
        case ast.Name():
            return any(_origin_is_zero(ctx, origin) for origin in ctx.dtypes.origins(node))
    return False


def _origin_is_zero(ctx: FileContext, origin: ast.Name | ast.arg) -> bool:
    if isinstance(origin, ast.arg):
        return any(_is_zero(value) for value in ctx.dtypes.given(origin) or [default(ctx, origin)])
    target: ast.AST = origin
    parent = ctx.parents.of(origin)
    if isinstance(parent, ast.Tuple) and parent.elts[0] is origin:
        target, parent = parent, ctx.parents.of(parent)
    match parent:
        case ast.Assign(value=value, targets=[ast.Name()]):
            return isinstance(value, (ast.Call, ast.Constant)) and _may_be_zero(ctx, value)
        case ast.For(target=loop, iter=source) | ast.comprehension(target=loop, iter=source) if loop is target:
            if target is not origin:
                return isinstance(source, ast.Call) and len(source.args) == 1 and _is_call_of(source, "enumerate")
            return _is_call_of(source, "range") and _may_be_zero(ctx, source)
    return False


def _is_call_of(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name


RULE = Rule(finish=_finish)
