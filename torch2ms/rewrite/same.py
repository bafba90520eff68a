"""Methods of unknown values that mean the same in MindSpore, so that nothing is left to do whatever the value is."""

from __future__ import annotations

import ast

from torch2ms.rewrite.context import FileContext
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.plan import CallEdit, ExprPlan, Items, Template, Value
from torch2ms.rewrite.rows.calls import Planned
from torch2ms.source import kinds as k
from torch2ms.source.members import MODULE_MEMBERS, SAME_METHODS


def same_in_mindspore(ctx: FileContext, use: Use, by_rule: bool) -> str | None:
    """The method of a MindSpore tensor that a call of an unknown value is one of as it stands; None if there is none.

    What modules have as well is the same only where the value is no parameter, which may be a module. `by_rule`: of a
    tensor a rule would decide the site, so that its row does not say all.
    """
    method = use.name.rpartition(".")[2]
    row = ctx.tables.rows.get(use.name)
    if isinstance(use.receiver_kind, k.Var) and use.receiver_kind.not_tensor:
        return None
    if use.call is None or row is None or not use.name.startswith("torch.Tensor.") or _may_be_module(ctx, use, method):
        return None
    if method in SAME_METHODS and not use.call.args and not use.call.keywords:
        return f"mindspore.Tensor.{method}"
    if method == "to":
        given = [*use.call.args, *(keyword.value for keyword in use.call.keywords if keyword.arg == "dtype")]
        whole = len(given) == 1 == len(use.call.args) + len(use.call.keywords)
        return "mindspore.Tensor.to" if whole and ctx.kind(given[0]) is k.DTYPE else None
    if by_rule:
        return None
    planned = ctx.calls.plan(use.call, row, use.receiver)
    if not isinstance(planned, Planned) or planned.helpers or planned.notes or not row.proven:
        return None
    body = planned.body
    if body.check or body.note or not _is_unchanged(use.call, planned.plan):
        return None
    return planned.target


def _may_be_module(ctx: FileContext, use: Use, method: str) -> bool:
    """Whether a method is one of modules too, and its receiver a parameter, or called."""
    if method not in MODULE_MEMBERS:
        return False
    kind = use.receiver_kind
    if isinstance(kind, k.Var) and (kind.called or kind.has_modes):
        return True
    function = ctx.facts.owners.get(use.stmt)
    return function is not None and any(kind is given for given in function.params.values())


def _is_unchanged(call: ast.Call, plan: ExprPlan) -> bool:
    """Whether a plan gives the call as it stands."""
    if isinstance(plan, Template):
        return _same_text(_rendered(plan), call)
    if not isinstance(plan, CallEdit):
        return False
    if plan.func is not None:
        callee = plan.func if isinstance(plan.func, str) else _rendered(plan.func)
        if not _same_text(callee, call.func):
            return False
    if plan.args is None:
        return True
    kept = [edit.source for edit in plan.args]
    if kept != [*call.args, *call.keywords] or any(edit.value is not None for edit in plan.args):
        return False
    names = [edit.keyword for edit in plan.args]
    return names == [None] * len(call.args) + [keyword.arg for keyword in call.keywords]


def _rendered(template: Template) -> str:
    text = template.text
    for name, value in template.values.items():
        text = text.replace(f"{{{name}}}", _text(value)).replace(f"{{*{name}}}", _items(value))
    return text


def _text(value: Value) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, Template):
        return _rendered(value)
    return f"({_items(value)},)" if isinstance(value, Items) else ast.unparse(value)


def _items(value: Value) -> str:
    return ", ".join(map(_text, value.values)) if isinstance(value, Items) else f"*{_text(value)}"


def _same_text(text: str, node: ast.expr) -> bool:
    try:
        return ast.dump(ast.parse(text, mode="eval").body) == ast.dump(ast.parse(ast.unparse(node), mode="eval").body)
    except SyntaxError:
        return False
