"""The batch counter of a batch norm, which MindSpore's layers do not keep: who reads it, who only writes it.

The counter matters where `momentum=None` takes the mean over all batches, and where the file reads it; such layers
become a class that counts.
"""

from __future__ import annotations

import ast

from torch2ms.rewrite.context import FileContext
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.rules.shared.questions import has_stars, is_argument_of, whole_class_spec
from torch2ms.source import kinds as k

COUNTER = "num_batches_tracked"
COUNTABLE = frozenset(f"torch.nn.BatchNorm{n}d" for n in (1, 2, 3))
_CHANGES = frozenset({"zero_", "fill_", "add_", "copy_", "set_data"})


def is_counted(ctx: FileContext, layer: str) -> bool:
    """Whether the counter of such layers is read in the file, and the file makes each of them by a plain call."""
    if layer not in COUNTABLE or COUNTER not in ctx.source.text:
        return False
    is_read = False
    for use in ctx.sites():
        if use.name == layer and use.receiver is None and not _is_class_test(ctx, use):
            if use.call is None or has_stars(use.call):
                return False
        if isinstance(use.node, ast.Attribute) and use.node.attr == COUNTER and layer in _owners(ctx, use):
            is_read = is_read or not only_writes(ctx, use)
    return is_read


def reads_counted(ctx: FileContext, use: Use) -> bool:
    """Whether the counter of a site is that of layers which all count."""
    owners = _owners(ctx, use)
    return bool(owners) and all(is_counted(ctx, layer) for layer in owners)


def _owners(ctx: FileContext, use: Use) -> frozenset[str]:
    """The classes of layers that the counter of a site may belong to; none where that cannot be told."""
    kind = use.receiver_kind
    if not isinstance(kind, k.Module) or kind.open or not all(isinstance(cls, str) for cls in kind.classes):
        return frozenset()
    names = {ctx.know.canonical(cls) for cls in kind.classes if isinstance(cls, str)}
    rows = {name: ctx.tables.rows.get(name) for name in names}
    return frozenset(name for name, row in rows.items() if row is None or COUNTER in row.params)


def _is_class_test(ctx: FileContext, use: Use) -> bool:
    """`isinstance(m, nn.BatchNorm2d)`, also as one of several classes, and annotations."""
    spec = whole_class_spec(ctx, use)
    return is_argument_of(ctx, spec, use.stmt, "isinstance", "issubclass") or ctx.in_annotation(use.node, use.stmt)


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
