"""`p.data = value`: a Parameter takes it with `set_data`, a buffer with `ops.assign`, a tensor is rebound."""

from __future__ import annotations

import ast

from torch2ms.rewrite.context import Rewriter, Rule, Use
from torch2ms.rewrite.rules import buffers
from torch2ms.rewrite.rules.shared.questions import OPERATORS
from torch2ms.source import kinds as k

_DETACHED = "in torch, a change through .data takes no part in the gradient; here it does"


def _data(rw: Rewriter, use: Use) -> bool:
    node, stmt = use.node, use.stmt
    assert isinstance(node, ast.Attribute)
    if use.receiver is None:
        return False
    parameter = use.receiver_kind in (k.PARAMETER, k.BUFFER)
    if isinstance(node.ctx, ast.Load):
        if not _written_through(rw, node, stmt):
            return False
        rw.replace(node, "{t}", {"t": use.receiver})
        if parameter:
            return rw.converted(use, "mindspore.Parameter")
        return rw.check(use, "mindspore.Tensor", _DETACHED, "T2M303")
    operator = OPERATORS.get(type(stmt.op)) if isinstance(stmt, ast.AugAssign) else None
    if isinstance(stmt, ast.AugAssign) and stmt.target is node and operator is not None and parameter:
        buffer = use.receiver_kind is k.BUFFER
        text = "ops.assign({t}, {t} OP {value})" if buffer else "{t}.set_data({t} OP {value})"
        rw.replace_stmt(stmt, text.replace("OP", operator), {"t": use.receiver, "value": stmt.value})
        return rw.converted(use, "mindspore.ops.assign" if buffer else "mindspore.Parameter.set_data")
    if isinstance(stmt, ast.Assign) and len(stmt.targets) == 1 and stmt.targets[0] is node:
        values = {"t": use.receiver, "value": stmt.value}
        if stmt in rw.plans.stmts:
            return rw.converted(use, "mindspore.ops.assign")
        if use.receiver_kind is k.PARAMETER:
            rw.replace_stmt(stmt, "{t}.set_data({value})", values)
            return rw.converted(use, "mindspore.Parameter.set_data")
        if use.receiver_kind is k.BUFFER and getattr(use.receiver, "attr", "") in buffers.plain_names(rw):
            rw.replace_stmt(stmt, "{t} = {value}", values)
            return rw.converted(use, "mindspore.Tensor")
        if use.receiver_kind is k.BUFFER:
            rw.replace_stmt(stmt, "ops.assign({t}, {value})", values)
            return rw.converted(use, "mindspore.ops.assign")
    return rw.manual(use, "T2M202", "data cannot be assigned this way in MindSpore", "use set_data")


def _written_through(rw: Rewriter, node: ast.Attribute, stmt: ast.stmt) -> bool:
    """Whether an item of the data is changed: `p.data[0] = 1`, `p.data[0].fill_(1)`."""
    child: ast.expr = node
    parent = rw.parent(child, stmt)
    while isinstance(parent, ast.Subscript) and parent.value is child:
        child, parent = parent, rw.parent(parent, stmt)
    if not isinstance(child, ast.Subscript):
        return False
    if not isinstance(child.ctx, ast.Load):
        return True
    in_place = isinstance(parent, ast.Attribute) and parent.attr.endswith("_") and not parent.attr.endswith("__")
    return in_place and isinstance(stmt, ast.Expr)


RULES: dict[str, Rule] = {"torch.Tensor.data": _data}
