"""A site is decided by its row in the tables."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from torch2ms.mapping.schema import Row
from torch2ms.rewrite.by_value import plan_value
from torch2ms.rewrite.context import FileContext, RowRule
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.plan import Template
from torch2ms.rewrite.rows.bind import UNCALLED, Refused
from torch2ms.rewrite.rows.calls import Planned
from torch2ms.rewrite.rules.shared.questions import is_argument_of, is_type, whole_class_spec
from torch2ms.source import members as m
from torch2ms.source.knowledge import is_model


def by_row(ctx: FileContext, use: Use, row_rules: Sequence[RowRule]) -> None:
    """Decide a site by its row; `row_rules` are asked first."""
    row = ctx.tables.rows.get(use.name)
    if any(rule(ctx, use, row) for rule in row_rules):
        return
    if row is None:
        if is_model(use.name):
            message = f"{use.name} stays: it has to be that of a converted torchvision"
            ctx.check(use, use.name, message, "T2M106", "convert the source of torchvision's models beside this")
        else:
            ctx.manual(use, "T2M205", f"{use.name} is not in the tables", "convert it by hand")
    elif use.call is not None:
        result = ctx.calls.plan(use.call, row, use.receiver)
        if isinstance(result, Planned):
            _carry(ctx, use, use.call, row, result)
        else:
            ctx.manual(use, result.code, result.message, result.hint)
    elif use.receiver is not None:
        _by_attribute(ctx, use, row, use.receiver)
    else:
        _by_value(ctx, use, row)


def _carry(ctx: FileContext, use: Use, node: ast.expr, row: Row, planned: Planned) -> None:
    """Attach a plan and decide the site by what the row says of it."""
    ctx.replace(node, planned.plan)
    for name in planned.helpers:
        ctx.helper(name)
    body = planned.body
    if body.check:
        ctx.check(use, planned.target, body.check, body.code or "T2M301", body.hint or "")
    elif not row.proven and not row.users:
        ctx.check(use, planned.target, f"no example proves the translation of {row.name} yet")
    elif body.note or planned.notes:
        ctx.adapted(use, planned.target, "; ".join(filter(None, (body.note, *planned.notes))), body.code or "T2M302")
    else:
        ctx.converted(use, planned.target)


def _by_value(ctx: FileContext, use: Use, row: Row) -> None:
    """A name that is not called: a constant, a class or function as a value."""
    if _is_class_test(ctx, use) or ctx.in_annotation(use.node, use.stmt) or is_type(ctx, use.node, use.stmt):
        target = row.isinstance or row.body.to
        if target is None and row.value is not None:
            target = row.value.to
        if target:
            ctx.replace(use.node, Template(ctx.spell(target) if "." in target else target))
            ctx.converted(use, target)
            return
    plan = plan_value(ctx, use, row)
    if isinstance(plan, Refused):
        ctx.manual(use, plan.code, plan.message, plan.hint)
    else:
        _carry(ctx, use, plan.node, row, plan.planned)


def _is_class_test(ctx: FileContext, use: Use) -> bool:
    """Whether a class is used in `isinstance`, `issubclass`, `type(x) is`, or as a base class."""
    spec = whole_class_spec(ctx, use)
    if is_argument_of(ctx, spec, use.stmt, "isinstance", "issubclass"):
        return True
    parent = ctx.parent(spec, use.stmt)
    return isinstance(parent, ast.Compare) or (isinstance(parent, ast.ClassDef) and spec in parent.bases)


def _by_attribute(ctx: FileContext, use: Use, row: Row, receiver: ast.expr) -> None:
    """An attribute of a value, read and not called."""
    body = row.body
    if body.unsupported:
        ctx.manual(use, body.code or "T2M201", body.unsupported, body.hint or "")
        return
    if row.signatures and row.name.rpartition(".")[2] not in m.TENSOR_PROPERTIES:
        ctx.manual(use, "T2M206", f"the method {row.name} is used without being called", UNCALLED)
        return
    if body.expr is not None:
        if body.expr.count("{self}") > 1 and not isinstance(receiver, ast.Name):
            ctx.manual(use, "T2M204", "the receiver would be evaluated twice", "assign it to a variable first")
            return
        plan, target = ctx.template(body.expr, {"self": receiver}), body.expr
    elif body.to is not None:
        of_tensor = body.to.startswith("mindspore.Tensor.")
        text = "{self}." + body.to.rpartition(".")[2] if of_tensor else ctx.spell(body.to) + "({self})"
        plan, target = Template(text, {"self": receiver}), body.to
    else:
        ctx.manual(use, "T2M205", f"the tables say nothing about reading {use.name}")
        return
    if isinstance(use.node, ast.Attribute) and not isinstance(use.node.ctx, ast.Load):
        if target.rpartition(".")[2] != use.node.attr:
            ctx.manual(use, "T2M202", f"{use.name} cannot be assigned in MindSpore")
            return
    _carry(ctx, use, use.node, row, Planned(plan, body, target))
