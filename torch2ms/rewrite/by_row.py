"""A site is decided by its row in the tables."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from torch2ms.mapping.schema import Body, Row, Signature
from torch2ms.rewrite.context import FileContext, RowRule
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.plan import Template
from torch2ms.rewrite.rows.bind import Bound, Refused
from torch2ms.rewrite.rows.calls import Planned
from torch2ms.rewrite.rows.conditions import same_text
from torch2ms.rewrite.rules.shared.questions import is_argument_of, is_type, whole_class_spec
from torch2ms.source import kinds as k
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
            ctx.manual(use, "T2M205", f"{use.name} is not in the tables")
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
    value = _value_form(ctx, use, row)
    if value.unsupported:
        ctx.manual(use, value.code or "T2M206", value.unsupported, value.hint or "")
        return
    if value.helper:
        name = ctx.helper(value.helper)
        planned = Planned(Template(name), value, name)
    elif value.expr:
        for name in ctx.calls.helpers_in(value.expr):
            ctx.helper(name)
        planned = Planned(ctx.template(value.expr), value, value.expr)
    else:
        planned = Planned(Template(ctx.spell(value.to or "")), value, value.to or "")
    _carry(ctx, use, use.node, row, planned)


def _value_form(ctx: FileContext, use: Use, row: Row) -> Body:
    """The form of a row for a name that is not called."""
    body, value = row.body, row.value
    if body.unsupported and value is None:
        return Body(unsupported=body.unsupported, code=body.code or "T2M201", hint=body.hint)
    if value is not None and value.helper and body.to and _plain_enough(ctx, use, row):
        return Body(to=body.to)
    if value is None and _as_value_is_plain(row):
        return Body(to=body.to, expr=body.expr, note=body.note, check=body.check, code=body.code)
    if value is None or value.empty:
        return Body(
            unsupported=f"{use.name} is used as a value, and its counterpart takes other arguments",
            hint="wrap it in a function that calls it the MindSpore way",
        )
    return value


def _plain_enough(ctx: FileContext, use: Use, row: Row) -> bool:
    """Whether a layer class may stand for its target although some argument differs.

    So it is when the class can be followed in this file, and no call through a variable passes an argument that
    differs (`norm_layer(planes)`, never `norm_layer(planes, momentum=0.1)`).
    """
    if not row.signatures:
        return False
    body = ctx.calls.choose(row, Bound(row.signatures[0]))
    if isinstance(body, Refused) or body.add or body.to is None:
        return False
    target = ctx.tables.mindspore_signatures.get(body.to)
    if target is None:
        return False
    differs: set[str] = {name for v in row.variants for name in v.condition.names}
    for name, rule in body.args.items():
        if rule.default is not None and not _defaults_agree(target, rule.to or name, rule.default):
            return False
        if rule.value is not None or rule.drop is not None or rule.only or rule.unsupported:
            differs.add(name)
    renamed = {name: rule.to for name, rule in body.args.items() if rule.to not in (None, name)}
    first = 0  # so many arguments mean the same by position
    for param, there in zip(row.signatures[0].positional, target.positional, strict=False):
        if param.name in differs or renamed.get(param.name, param.name) != there.name:
            break
        first += 1
    differs |= renamed.keys()

    def may_hold(node: ast.expr) -> bool:
        kind = k.settle(ctx.facts.kinds.get(node, k.UNKNOWN))
        if isinstance(kind, k.StoredApi):
            return ctx.know.canonical(kind.name) == row.name
        return isinstance(kind, k.Var) or kind is k.UNKNOWN

    calls = ctx.holders.calls_of(use.node, may_hold)
    return calls is not None and all(
        not any(kw.arg is None or kw.arg in differs for kw in call.keywords)
        and not any(isinstance(argument, ast.Starred) for argument in call.args)
        and len(call.args) <= (1 if ctx.holders.is_partial(call) else first)
        for call in calls
    )


def _as_value_is_plain(row: Row) -> bool:
    """Whether a name can stand for its target wherever it is passed."""
    body = row.body
    if row.variants:
        return False
    if body.expr is not None:
        return not row.signatures and "{" not in body.expr
    return (
        body.to is not None
        and not body.add
        and all(
            rule.drop is not None or (rule.to is None and rule.value is None and rule.default is None)
            for rule in body.args.values()
        )
    )


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
        ctx.manual(use, "T2M206", f"the method {row.name} is used without being called")
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


def _defaults_agree(target: Signature, name: str, default: str) -> bool:
    param = target.get(name)
    return param is not None and param.default is not None and same_text(param.default, default)
