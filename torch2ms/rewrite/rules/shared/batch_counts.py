"""Statements that only write the batch counter of a batch norm, which MindSpore's layers do not keep.

The counter matters where `momentum=None` takes the mean over all batches; such layers become a class that counts.
"""

from __future__ import annotations

import ast

from torch2ms.rewrite.context import FileContext
from torch2ms.rewrite.draft import Use
from torch2ms.source import kinds as k

COUNTER = "num_batches_tracked"
_CHANGES = frozenset({"zero_", "fill_", "add_", "copy_", "set_data"})


def only_writes(ctx: FileContext, use: Use) -> bool:
    """Whether the statement of a counter does nothing but write it: `bn.num_batches_tracked.zero_()`."""
    node, stmt = use.node, use.stmt
    match stmt:
        case ast.Assign(targets=[target], value=value) if target is node:
            return _computes_nothing_else(ctx, value)
        case ast.AugAssign(target=target, value=value) if target is node:
            return _computes_nothing_else(ctx, value)
        case ast.Expr(value=ast.Call(func=func, args=args) as call):
            given = [*args, *(keyword.value for keyword in call.keywords)]
            if isinstance(func, ast.Attribute) and func.attr in _CHANGES and _is_counter(func.value, node):
                return all(_computes_nothing_else(ctx, value) for value in given)
            callee = k.settle(ctx.facts.calls.get(call, k.UNKNOWN))
            is_init = isinstance(callee, k.Ref) and ctx.know.canonical(callee.name).startswith("torch.nn.init.")
            return is_init and bool(args) and _is_counter(args[0], node)
    return False


def _is_counter(value: ast.expr, node: ast.expr) -> bool:
    """`bn.num_batches_tracked`, or its `.data`."""
    return value is node or (isinstance(value, ast.Attribute) and value.attr == "data" and value.value is node)


def _computes_nothing_else(ctx: FileContext, value: ast.expr) -> bool:
    """Whether nothing is missed when an expression is not computed: names, numbers, and torch's own functions."""
    return not any(
        isinstance(inner, ast.NamedExpr | ast.Await | ast.Yield | ast.YieldFrom)
        or (isinstance(inner, ast.Call) and ctx.site(inner.func) is None)
        for inner in ast.walk(value)
    )
