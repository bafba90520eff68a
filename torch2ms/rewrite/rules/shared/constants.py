"""Which tensors are made of constants, so that no gradient goes through them; which are known to be positive."""

from __future__ import annotations

import ast

from torch2ms.rewrite.analysis.blocks import own_returns
from torch2ms.rewrite.context import FileContext
from torch2ms.source import kinds as k

_MAKERS = frozenset(
    """
    tensor as_tensor from_numpy arange linspace logspace zeros ones full eye empty rand randn randint randperm
    zeros_like ones_like full_like rand_like randn_like
    """.split()
)
_POSITIVE = frozenset(("exp", "sigmoid", "softplus", "cosh", "ones", "ones_like"))
_BUDGET = 300


def is_constant(ctx: FileContext, node: ast.expr) -> bool:
    """Whether a value is made of numbers and new tensors alone, wherever in the file it comes from."""
    return _is_constant(ctx, node, set())


def _is_constant(ctx: FileContext, node: ast.expr, seen: set[ast.AST]) -> bool:
    if node in seen:
        return True
    if len(seen) > _BUDGET:
        return False
    seen.add(node)
    if isinstance(node, ast.Constant) or ctx.kind(node) in (*k.NUMBERS, k.NDARRAY, k.SHAPE, k.STR):
        return True
    found = ctx.dtypes.of(node) if k.is_tensor(ctx.kind(node)) else None
    if found is not None and found.dtype and found.family in ("int", "bool"):
        return True
    match node:
        case ast.BinOp(left=left, right=right):
            return _is_constant(ctx, left, seen) and _is_constant(ctx, right, seen)
        case ast.UnaryOp(operand=inner) | ast.Subscript(value=inner):
            return _is_constant(ctx, inner, seen)
        case ast.IfExp(body=one, orelse=other):
            return _is_constant(ctx, one, seen) and _is_constant(ctx, other, seen)
        case ast.List(elts=elts) | ast.Tuple(elts=elts):
            return all(_is_constant(ctx, elt, seen) for elt in elts)
        case ast.Call():
            return _called(ctx, node, seen)
        case ast.Name():
            return _named(ctx, node, seen)
        case ast.Attribute():
            stored = ctx.dtypes.stored(node)
            return bool(stored) and all(_is_constant(ctx, value, seen) for value in stored)
    return False


def _called(ctx: FileContext, call: ast.Call, seen: set[ast.AST]) -> bool:
    callee = k.settle(ctx.facts.calls.get(call, k.UNKNOWN))
    if isinstance(callee, k.FuncRef) and not isinstance(callee.func.node, ast.Lambda):
        returns = own_returns(callee.func.node.body)
        return bool(returns) and all(value is not None and _is_constant(ctx, value, seen) for value in returns)
    name = ctx.know.canonical(callee.name) if isinstance(callee, k.Ref) else ""
    if name.startswith("torch.") and name.rpartition(".")[2] in _MAKERS:
        return True
    if isinstance(callee, k.Member) and isinstance(call.func, ast.Attribute) and call.func.attr == "detach":
        return True
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    if isinstance(callee, k.Member) and isinstance(call.func, ast.Attribute):
        given = [call.func.value, *call.args]
    elif not name.startswith(("torch.", "numpy.", "math.")):
        return False
    return all(_is_constant(ctx, arg, seen) for arg in given)


def _named(ctx: FileContext, node: ast.Name, seen: set[ast.AST]) -> bool:
    origins = ctx.dtypes.origins(node)
    for origin in origins:
        values = [_assigned(ctx, origin)] if isinstance(origin, ast.Name) else ctx.dtypes.given(origin) or [None]
        if not all(value is not None and _is_constant(ctx, value, seen) for value in values):
            return False
    return bool(origins)


def _assigned(ctx: FileContext, origin: ast.Name) -> ast.expr | None:
    match ctx.parents.of(origin):
        case ast.Assign(value=value, targets=[ast.Name()]) | ast.AnnAssign(value=value):
            return value
    return None


def is_positive(ctx: FileContext, node: ast.expr) -> bool:
    """Whether no element of a tensor is 0, as far as its expression shows: `x.exp()`, `1 - x + 1e-10`."""
    match node:
        case ast.BinOp(op=ast.Add(), left=left, right=right):
            return any(_is_offset(side) for side in (left, right)) or is_positive(ctx, left)
        case ast.Call(func=ast.Attribute(attr=name)) if name in _POSITIVE:
            return True
        case ast.Call(func=ast.Attribute(attr="clamp" | "clip" | "clamp_min"), args=args, keywords=keywords):
            return any(_is_offset(given) for given in (*args[-2:], *(word.value for word in keywords)))
        case ast.Name():
            origins = ctx.dtypes.origins(node)
            values = [_assigned(ctx, origin) for origin in origins if isinstance(origin, ast.Name)]
            return len(values) == 1 == len(origins) and values[0] is not None and is_positive(ctx, values[0])
    return False


def _is_offset(node: ast.expr) -> bool:
    """A small number that keeps from 0, written down or by its name."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, float) and node.value > 0
    name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
    return "eps" in name.lower()
