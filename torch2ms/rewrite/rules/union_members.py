"""Leaves out members of a union that have become the same as another: `Union[torch.device, str]` becomes `str`.

Devices are strings in MindSpore, and all types of tensors are one. Unions that repeat themselves in the source stay.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from torch2ms.rewrite.analysis.annotations import is_union, union_members
from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.plan import Template, Value


def _finish(ctx: FileContext) -> None:
    """Look at every union that an annotation rewritten so far is part of, inner ones first."""
    if not ctx.has_plans():
        return
    unions: dict[ast.expr, None] = {}
    for use in ctx.sites():
        node: ast.AST | None = use.node
        while isinstance(node, ast.expr):
            if isinstance(node, ast.Subscript) and is_union(node.value):
                unions[node] = None
            elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
                if not isinstance(ctx.parents.of(node), ast.BinOp) and ctx.in_annotation(node, use.stmt):
                    unions[node] = None
            node = ctx.parents.of(node)
    for union in unions:
        _shorten(ctx, union)


def _shorten(ctx: FileContext, union: ast.expr) -> None:
    members = list(union_members(union))
    texts = [_text(ctx, member) for member in members]
    before = [ctx.text(member) for member in members]
    kept = [member for place, member in enumerate(members) if texts[place] not in texts[:place]]
    if len(kept) == len(members) or len(set(before)) < len(before) or ctx.plan(union) is not None:
        return
    values: dict[str, Value] = {f"member{place}": member for place, member in enumerate(kept)}
    listed = [f"{{{name}}}" for name in values]
    if len(kept) == 1:
        ctx.replace(union, listed[0], values)
    elif isinstance(union, ast.Subscript):
        ctx.replace(union, f"{{union}}[{', '.join(listed)}]", {"union": union.value, **values})
    else:
        ctx.replace(union, " | ".join(listed), values)


def _text(ctx: FileContext, node: ast.expr) -> str:
    """What is written for a member."""
    plan = ctx.plan(node)
    if isinstance(plan, Template):
        only: Sequence[Value] = list(plan.values.values())
        if not only:
            return plan.text
        if len(only) == 1 and isinstance(only[0], ast.expr) and plan.text == f"{{{next(iter(plan.values))}}}":
            return _text(ctx, only[0])
    return ctx.text(node)


RULE = Rule(finish=_finish, after=("device",))
