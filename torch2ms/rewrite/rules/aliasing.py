"""Lets every holder of a tensor see a change in place, because MindSpore changes one name only.

`x += y` changes the tensor in torch, and binds the name `x` anew in MindSpore; so does an activation with
`inplace=True`, whose input stays what it was. What changes is held by nobody else in nearly all code, and then the two
agree. Where other names of the function hold it they are bound anew (`out = x = self.relu(x)`); where an attribute, a
list or a caller in the file does, the tensor itself is written (`x.copy_(x + y)`). A view of what changes, or what a
changed view was taken from, is reported if it is read afterwards. Who calls the `forward` of a model from elsewhere is
not known: that it uses its argument afterwards is not assumed. A Parameter is not rebound but takes its new value.
In a file that uses MindSpore already, operators are MindSpore's.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping

from torch2ms.model import Outcome
from torch2ms.rewrite.analysis.sharing import Change
from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.plan import Template, Value
from torch2ms.rewrite.rules.shared.holders import PASSED, Holders, Reach, holders_of, saved_copy
from torch2ms.rewrite.rules.shared.questions import OPERATORS
from torch2ms.rewrite.rules.shared.set_parameters import in_type_of
from torch2ms.source import kinds as k

_ADDED = "torch.Tensor.__iadd__"
_SET = "torch.Tensor.__setitem__"
_CALLED = "torch.nn.Module.__call__"

# Layers and functions whose gradient needs their result only, not their input.
_SAVE_RESULT = ("ReLU", "relu")


def _start(ctx: FileContext) -> None:
    """Decide augmented assignments to tensors, and report writes to what shares memory with something else."""
    if ctx.uses_mindspore or not ctx.sites():
        return
    for stmt in ctx.facts.owners:
        if isinstance(stmt, ast.AugAssign):
            _augmented(ctx, stmt)
        elif isinstance(stmt, ast.Assign):
            for target in stmt.targets:
                holders = holders_of(ctx, target) if isinstance(target, ast.Subscript) else None
                if holders is not None and holders.reach is Reach.DOUBT and isinstance(target, ast.Subscript):
                    ctx.check(ctx.add_site(target.value, _SET, stmt), "", _written(holders), "T2M303")


def _written(holders: Holders) -> str:
    return holders.message.replace("only this name changes", "a gradient does not see it")


def _is_parameter(ctx: FileContext, target: ast.expr) -> bool:
    """Whether a name or an attribute is a Parameter; `.data` of one is another rule's."""
    is_data = isinstance(target, ast.Attribute) and target.attr == "data"
    return isinstance(target, (ast.Name, ast.Attribute)) and not is_data and ctx.kind(target) is k.PARAMETER


def _augmented(ctx: FileContext, stmt: ast.AugAssign) -> None:
    target, operator = stmt.target, OPERATORS.get(type(stmt.op))
    if _is_parameter(ctx, target) and operator is not None:
        new = Template(f"{{p}} {operator} {{value}}", {"p": target, "value": stmt.value})
        value = in_type_of(ctx, new, stmt.value, target, stmt)
        ctx.replace_stmt(stmt, "ops.assign({p}, {value})", {"p": target, "value": value})
        holders = holders_of(ctx, stmt)
        if holders is not None and holders.reach is Reach.DOUBT:
            ctx.check(ctx.add_site(target, _ADDED, stmt), "mindspore.ops.assign", holders.message, "T2M303")
        else:
            ctx.structural(target, stmt, _ADDED, "mindspore.ops.assign")
        return
    holders = holders_of(ctx, stmt)
    if holders is None or holders.reach is Reach.ALONE:
        return
    if isinstance(target, ast.Subscript) and k.is_tensor(ctx.kind(target.value)):
        if holders.reach is Reach.DOUBT:
            ctx.check(ctx.add_site(target.value, _SET, stmt), "", _written(holders), "T2M303")
        return
    if holders.reach is Reach.NAMES:
        for name in holders.names:
            ctx.insert(stmt, "after", "{name} = {target}", {"name": name, "target": _load(target)})
        ctx.structural(target, stmt, _ADDED, "")
    elif holders.reach in (Reach.DOUBT, Reach.CALLER) or operator is None:
        ctx.check(ctx.add_site(target, _ADDED, stmt), "", holders.message, "T2M303")
    else:
        text = f"{{self}} {operator} {{value}}"
        if operator not in "+-" and not isinstance(stmt.value, ast.Constant):
            text = saved_copy(ctx, stmt, text)
        ctx.replace_stmt(stmt, f"{{self}}.copy_({text})", {"self": _load(target), "value": stmt.value})
        use = ctx.add_site(target, _ADDED, stmt)
        if holders.reach is Reach.ARGUMENT:
            ctx.adapted(use, "mindspore.Tensor.copy_", PASSED, "T2M303")
        else:
            ctx.converted(use, "mindspore.Tensor.copy_")


def _load(node: ast.expr) -> str:
    """A name or an attribute as text."""
    return ast.unparse(node)


def _finish(ctx: FileContext) -> None:
    """Layers and functions that are called with `inplace=True` change their input."""
    for node, change in ctx.sharing.changes().items() if ctx.sites() else ():
        if not isinstance(node, ast.Call):
            continue
        use = ctx.site(node.func)
        if use is not None and ctx.outcome(use) not in (Outcome.CONVERTED, Outcome.ADAPTED):
            continue
        if use is not None and use.name.endswith("_") and not use.name.endswith("__"):
            continue
        holders = holders_of(ctx, node)
        if holders is None or holders.reach in (Reach.ALONE, Reach.ARGUMENT, Reach.CALLER):
            continue
        if use is None:
            use = ctx.add_site(node.func, _CALLED, change.stmt, node)
        rewritten = holders.reach is not Reach.DOUBT and _reach_all(ctx, node, change, holders)
        if not rewritten:
            ctx.doubt(use, holders.message, "T2M303")
        elif ctx.decision(use.node) is None:
            ctx.converted(use)


def _reach_all(ctx: FileContext, call: ast.Call, change: Change, holders: Holders) -> bool:
    """Write the call so that all holders of its input see the change; False where that cannot be done."""
    stmt, place = change.stmt, change.place
    source = ctx.sharing.meaning.call(call).source
    if place is None or source is None:
        return False
    if ctx.stmt_plans(stmt) or getattr(stmt, "value", None) is not call:
        return _write_inside(ctx, call, place)
    targets, text = _targets(stmt)
    if text is None:
        return False
    values: Mapping[str, Value] = {**targets, "value": call}
    if holders.reach is Reach.NAMES and not isinstance(stmt, ast.Return):
        names = {f"name{i}": name for i, name in enumerate(holders.names) if name not in _bound(stmt)}
        ctx.replace_stmt(stmt, text + "".join(f"{{{key}}} = " for key in names) + "{value}", {**values, **names})
        return True
    if not _saves_result(ctx, call):
        ctx.replace(source, "{place}.copy()", {"place": place})
    ctx.replace_stmt(stmt, text + "{place}.copy_({value})", {**values, "place": place})
    return True


def _targets(stmt: ast.stmt) -> tuple[dict[str, Value], str | None]:
    """What a statement does with its value: its targets, and the text before the value."""
    if isinstance(stmt, ast.Return):
        return {}, "return "
    if isinstance(stmt, ast.Expr):
        return {}, ""
    if not isinstance(stmt, ast.Assign):
        return {}, None
    targets: dict[str, Value] = {f"target{number}": node for number, node in enumerate(stmt.targets)}
    return targets, "".join(f"{{{name}}} = " for name in targets)


def _bound(stmt: ast.stmt) -> set[str]:
    targets = stmt.targets if isinstance(stmt, ast.Assign) else []
    return {target.id for target in targets if isinstance(target, ast.Name)}


def _write_inside(ctx: FileContext, call: ast.Call, place: str) -> bool:
    """`self.conv(self.relu(x)) + x`: the call writes what it is given."""
    if ctx.plan(call) is not None or len(call.args) != 1 or call.keywords:
        return False
    copy = "" if _saves_result(ctx, call) else ".copy()"
    ctx.replace(call, f"{{place}}.copy_({{layer}}({{place}}{copy}))", {"layer": call.func, "place": place})
    return True


def _saves_result(ctx: FileContext, call: ast.Call) -> bool:
    """Whether the gradient of a call needs only its result."""
    use = ctx.site(call.func)
    if use is not None and use.name.rpartition(".")[2] in _SAVE_RESULT:
        return True
    kind = k.settle(ctx.kind(call.func))
    return isinstance(kind, k.Module) and bool(kind.classes) and all(cls == "torch.nn.ReLU" for cls in kind.classes)


RULE = Rule(start=_start, finish=_finish)
