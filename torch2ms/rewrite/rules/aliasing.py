"""`a = t; a += 1` changes t in torch, and only a in MindSpore; so does writing through a view.

What is changed in place is fresh in nearly all code, and then the two agree. Where something else may hold the tensor,
the statement is a site of its own that says so. A Parameter is not rebound but takes its new value.
"""

from __future__ import annotations

import ast

from torch2ms.model import Outcome
from torch2ms.rewrite.context import Decision, Rewriter, Use
from torch2ms.rewrite.rules.shared.origin import Origin, held_elsewhere, origin_of
from torch2ms.rewrite.rules.shared.questions import OPERATORS
from torch2ms.source import kinds as k

_AUGMENTED = "torch changes every alias of this tensor, MindSpore only this name"
_VIEW = "writing through a view: the value arrives, its gradient does not; index the original"


def rewrite(rw: Rewriter) -> None:
    """Find augmented assignments to, and writes through, tensors that something else may hold."""
    for stmt in rw.facts.owners:
        if isinstance(stmt, ast.AugAssign):
            target = stmt.target
            if not isinstance(target, ast.Name) or rw.kind(target) not in k.TENSORS:
                continue
            operator = OPERATORS.get(type(stmt.op))
            if rw.kind(target) is k.PARAMETER and operator is not None:
                text = f"{target.id}.set_data({target.id} {operator} {{value}})"
                rw.replace_stmt(stmt, text, {"value": stmt.value})
                rw.structural(target, stmt, "torch.Tensor.__iadd__", "mindspore.Parameter.set_data")
                continue
            origin = origin_of(rw, target, stmt)
            if origin is Origin.FRESH or not held_elsewhere(rw, target, stmt):
                continue
            _report(rw, target, stmt, "torch.Tensor.__iadd__", _AUGMENTED)
        elif isinstance(stmt, ast.Assign):
            for written in stmt.targets:
                if isinstance(written, ast.Subscript) and isinstance(written.value, ast.Name):
                    base = written.value
                    is_view = rw.kind(base) is k.TENSOR and origin_of(rw, base, stmt) is Origin.VIEW
                    if is_view and held_elsewhere(rw, base, stmt):
                        _report(rw, base, stmt, "torch.Tensor.__setitem__", _VIEW)


def _report(rw: Rewriter, node: ast.expr, stmt: ast.stmt, name: str, message: str) -> None:
    rw.uses.append(Use(node, name, stmt, None))
    rw.decisions[node] = Decision(Outcome.CHECK, "", "T2M303", message)
