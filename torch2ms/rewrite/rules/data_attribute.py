"""Writes changes of a tensor's `.data` as MindSpore makes them, because its `.data` cannot be assigned.

`p.data = value`: a Parameter takes it with `set_data`, a buffer with `ops.assign`, a tensor is rebound.
"""

from __future__ import annotations

import ast

from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.rules.shared.questions import OPERATORS
from torch2ms.rewrite.rules.shared.registered_buffers import is_plain
from torch2ms.source import kinds as k

_DETACHED = "in torch, a change through .data takes no part in the gradient; here it does"


def _data(ctx: FileContext, use: Use) -> bool:
    node, stmt = use.node, use.stmt
    assert isinstance(node, ast.Attribute)
    if use.receiver is None:
        return False
    parameter = use.receiver_kind in (k.PARAMETER, k.BUFFER)
    if isinstance(node.ctx, ast.Load):
        if not _written_through(ctx, node, stmt):
            return False
        ctx.replace(node, "{t}", {"t": use.receiver})
        if parameter:
            return ctx.converted(use, "mindspore.Parameter")
        return ctx.check(use, "mindspore.Tensor", _DETACHED, "T2M303")
    operator = OPERATORS.get(type(stmt.op)) if isinstance(stmt, ast.AugAssign) else None
    if isinstance(stmt, ast.AugAssign) and stmt.target is node and operator is not None and parameter:
        buffer = use.receiver_kind is k.BUFFER
        text = "ops.assign({t}, {t} OP {value})" if buffer else "{t}.set_data({t} OP {value})"
        ctx.replace_stmt(stmt, text.replace("OP", operator), {"t": use.receiver, "value": stmt.value})
        return ctx.converted(use, "mindspore.ops.assign" if buffer else "mindspore.Parameter.set_data")
    if isinstance(stmt, ast.Assign) and len(stmt.targets) == 1 and stmt.targets[0] is node:
        values = {"t": use.receiver, "value": stmt.value}
        if ctx.stmt_plans(stmt):
            return ctx.converted(use, "mindspore.ops.assign")
        if use.receiver_kind is k.PARAMETER:
            ctx.replace_stmt(stmt, "{t}.set_data({value})", values)
            return ctx.converted(use, "mindspore.Parameter.set_data")
        if use.receiver_kind is k.BUFFER and is_plain(ctx, use.receiver):
            ctx.replace_stmt(stmt, "{t} = {value}", values)
            return ctx.converted(use, "mindspore.Tensor")
        if use.receiver_kind is k.BUFFER:
            ctx.replace_stmt(stmt, "ops.assign({t}, {value})", values)
            return ctx.converted(use, "mindspore.ops.assign")
    return ctx.manual(use, "T2M202", "data cannot be assigned this way in MindSpore", "use set_data")


def _written_through(ctx: FileContext, node: ast.Attribute, stmt: ast.stmt) -> bool:
    """Whether an item of the data is changed: `p.data[0] = 1`, `p.data[0].fill_(1)`."""
    child: ast.expr = node
    parent = ctx.parent(child, stmt)
    while isinstance(parent, ast.Subscript) and parent.value is child:
        child, parent = parent, ctx.parent(parent, stmt)
    if not isinstance(child, ast.Subscript):
        return False
    if not isinstance(child.ctx, ast.Load):
        return True
    in_place = isinstance(parent, ast.Attribute) and parent.attr.endswith("_") and not parent.attr.endswith("__")
    return in_place and isinstance(stmt, ast.Expr)


RULE = Rule(sites={"torch.Tensor.data": _data})
