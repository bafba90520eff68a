"""Reports tensors that are changed in place while another name may hold them, because MindSpore changes one name only.

`a = t; a += 1` changes `t` in torch, and only `a` in MindSpore; so does writing through a view. What is changed in
place is fresh in nearly all code, and then the two agree. Where something else may hold the tensor, the statement is a
site of its own that says so. A Parameter is not rebound but takes its new value.
"""

from __future__ import annotations

import ast

from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.plan import Template
from torch2ms.rewrite.rules.shared.origin import Origin, held_elsewhere, origin_of
from torch2ms.rewrite.rules.shared.questions import OPERATORS
from torch2ms.rewrite.rules.shared.set_parameters import in_type_of
from torch2ms.source import kinds as k

_AUGMENTED = "torch changes every alias of this tensor, MindSpore only this name"
_VIEW = "writing through a view: the value arrives, its gradient does not; index the original"


def _start(ctx: FileContext) -> None:
    """Find augmented assignments to, and writes through, tensors that something else may hold."""
    for stmt in ctx.facts.owners:
        if isinstance(stmt, ast.AugAssign):
            target = stmt.target
            operator = OPERATORS.get(type(stmt.op))
            if _is_parameter(ctx, target) and operator is not None:
                new = Template(f"{{p}} {operator} {{value}}", {"p": target, "value": stmt.value})
                value = in_type_of(ctx, new, stmt.value, target, stmt)
                ctx.replace_stmt(stmt, "ops.assign({p}, {value})", {"p": target, "value": value})
                ctx.structural(target, stmt, "torch.Tensor.__iadd__", "mindspore.ops.assign")
                continue
            if not isinstance(target, ast.Name) or ctx.kind(target) not in k.TENSORS:
                continue
            origin = origin_of(ctx, target, stmt)
            if origin is Origin.FRESH or not held_elsewhere(ctx, target, stmt):
                continue
            _report(ctx, target, stmt, "torch.Tensor.__iadd__", _AUGMENTED)
        elif isinstance(stmt, ast.Assign):
            for written in stmt.targets:
                if isinstance(written, ast.Subscript) and isinstance(written.value, ast.Name):
                    base = written.value
                    is_view = ctx.kind(base) is k.TENSOR and origin_of(ctx, base, stmt) is Origin.VIEW
                    if is_view and held_elsewhere(ctx, base, stmt):
                        _report(ctx, base, stmt, "torch.Tensor.__setitem__", _VIEW)


def _is_parameter(ctx: FileContext, target: ast.expr) -> bool:
    """Whether a name or an attribute is a Parameter; `.data` of one is another rule's."""
    is_data = isinstance(target, ast.Attribute) and target.attr == "data"
    return isinstance(target, (ast.Name, ast.Attribute)) and not is_data and ctx.kind(target) is k.PARAMETER


def _report(ctx: FileContext, node: ast.expr, stmt: ast.stmt, name: str, message: str) -> None:
    ctx.check(ctx.add_site(node, name, stmt), "", message, "T2M303")


RULE = Rule(start=_start)
