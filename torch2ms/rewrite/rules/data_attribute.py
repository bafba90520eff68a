"""`p.data = value`: a Parameter takes it with `set_data`, a buffer with `ops.assign`, a tensor is rebound."""

from __future__ import annotations

import ast

from torch2ms.rewrite.engine import Rewriter, Rule, Use
from torch2ms.source import kinds as k


def _data(rw: Rewriter, use: Use) -> bool:
    node, stmt = use.node, use.stmt
    assert isinstance(node, ast.Attribute)
    if isinstance(node.ctx, ast.Load) or use.receiver is None:
        return False
    if isinstance(stmt, ast.Assign) and len(stmt.targets) == 1 and stmt.targets[0] is node:
        values = {"t": use.receiver, "value": stmt.value}
        if stmt in rw.plans.stmts:
            return rw.converted(use, "mindspore.ops.assign")
        if use.receiver_kind is k.PARAMETER:
            rw.replace_stmt(stmt, "{t}.set_data({value})", values)
            return rw.converted(use, "mindspore.Parameter.set_data")
        if use.receiver_kind is k.BUFFER:
            rw.replace_stmt(stmt, "ops.assign({t}, {value})", values)
            return rw.converted(use, "mindspore.ops.assign")
    return rw.manual(use, "T2M202", "data cannot be assigned this way in MindSpore", "use set_data")


RULES: dict[str, Rule] = {"torch.Tensor.data": _data}
