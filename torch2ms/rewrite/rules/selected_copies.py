"""Copies what a tensor or a list of places selects, where it is written to: MindSpore writes to the source as well.

`y = x[mask]` is a tensor of its own in torch. MindSpore remembers where it comes from, and `y[0] = 5` changes `x` too.
So `y` becomes `x[mask].copy()` where the function sets items of it; a slice, which is a view in both, stays. What
`x[mask][0] = 5` sets, and nothing sees in torch, is an item of a copy.
"""

from __future__ import annotations

import ast

from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.source import kinds as k

_SITE = "torch.Tensor.__getitem__"


def _finish(ctx: FileContext) -> None:
    """Look at what items are set of, then at where that comes from."""
    if ctx.uses_mindspore:
        return
    written: set[tuple[k.FuncInfo | None, str]] = set()
    for target in ctx.facts.of_type(ast.Subscript):
        if not isinstance(target.ctx, ast.Store):
            continue
        stmt = ctx.parents.stmt(target)
        if isinstance(target.value, ast.Subscript):
            _copy(ctx, target.value, stmt)
        elif isinstance(target.value, ast.Name):
            written.add((ctx.facts.owners.get(stmt), target.value.id))
        elif isinstance(target.value, ast.Attribute):
            written.add((None, ast.unparse(target.value)))
    if not written:
        return
    for stmt, owner in ctx.facts.owners.items():
        if not isinstance(stmt, ast.Assign) or not isinstance(stmt.value, ast.Subscript):
            continue
        for place in stmt.targets:
            name = (owner, place.id) if isinstance(place, ast.Name) else (None, ast.unparse(place))
            if name in written:
                _copy(ctx, stmt.value, stmt)
                break


def _copy(ctx: FileContext, node: ast.Subscript, stmt: ast.stmt) -> None:
    """Copy what an index selects, if it is no view."""
    if not isinstance(node.ctx, ast.Load) or not k.is_tensor(ctx.kind(node.value)) or ctx.is_surrounded(node):
        return
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    if any(_selects(ctx, part) for part in parts) and ctx.has_place(node, stmt):
        ctx.surround(node, "{value}.copy()")
        if ctx.site(node) is None:
            ctx.structural(node, stmt, _SITE, "mindspore.Tensor.copy")


def _selects(ctx: FileContext, part: ast.expr) -> bool:
    """Whether a part of an index is a tensor, an array or a list of places, or a mask."""
    if isinstance(part, ast.List):
        return True
    kind = k.settle(ctx.kind(part))
    if isinstance(kind, k.Seq):
        return kind.name == "list"
    found = ctx.dtypes.of(part)
    return (k.is_tensor(kind) or kind is k.NDARRAY) and not (found is not None and found.is_scalar)


RULE = Rule(finish=_finish)
