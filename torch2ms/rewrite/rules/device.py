"""Takes out what chooses a device, because MindSpore places all tensors on the one device of its context.

A variable that holds a device is deleted when nothing uses it any more. Where it is still passed around or printed, it
becomes the name of the target the context has.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from torch2ms.codes import Code
from torch2ms.model import Outcome
from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.rules.shared.answers import answer
from torch2ms.rewrite.rules.shared.questions import is_argument_of, is_type, whole_class_spec
from torch2ms.source import kinds as k

_CODE: Code = "T2M701"
_HINT = "set the device once: ms.set_device(...)"
_TARGET = 'ms.get_context("device_target")'
_AVAILABLE = frozenset(
    {
        "torch.cuda.is_available",
        "torch.cuda.is_initialized",
        "torch.cuda.is_built",
        "torch.backends.cuda.is_built",
        "torch.backends.cudnn.is_available",
        "torch.accelerator.is_available",
    }
)
# There is none of these, whatever the target of the context is: what they guard is written for another device.
_NEVER = frozenset(
    f"torch.{module}.{question}"
    for module in ("mps", "backends.mps", "xpu", "npu", "hpu", "mlu", "musa", "mtia", "neuron")
    for question in ("is_available", "is_built", "is_initialized")
)

_READ = "torch.Tensor.device"
_CURRENT = "torch.accelerator.current_accelerator"
_CLAIMED = frozenset({"torch.device", _READ, _CURRENT, *_AVAILABLE, *_NEVER})


@dataclass(slots=True, eq=False)
class _Choice:
    """A statement that gives one name a device (or the answer to whether there is one)."""

    stmt: ast.stmt
    target: ast.expr


# ---------------------------------------------------------------------- before the sites


def _start(ctx: FileContext) -> None:
    """Annotations, and tests of a type."""
    for use in ctx.sites():
        if use.name == "torch.device":
            is_asked = is_argument_of(ctx, whole_class_spec(ctx, use), use.stmt, "isinstance")
            if is_asked or ctx.in_annotation(use.node, use.stmt) or is_type(ctx, use.node, use.stmt):
                ctx.replace(use.node, "str")
                ctx.converted(use)


# ---------------------------------------------------------------------- sites whose end decides


def _claim(ctx: FileContext, use: Use) -> bool:
    """Left for the end, when it is known what uses the value."""
    return ctx.manual(use, _CODE, "MindSpore places tensors by its context", _HINT)


def _claim_read(ctx: FileContext, use: Use) -> bool:
    """`x.device` is a str in MindSpore; whether that will do is known at the end."""
    return ctx.manual(use, _CODE, "a device is a str in MindSpore, without type or index", _HINT)


# ---------------------------------------------------------------------- when all sites are decided


def _finish(ctx: FileContext) -> None:
    """Delete what nothing uses any more, and name the target where a device is still asked for."""
    if not any(use.name in _CLAIMED or use.name in ("torch.Tensor.to", "torch.Tensor.cuda") for use in ctx.sites()):
        _delete_empty(ctx)
        return
    choices = list(_choices(ctx))
    changed = True
    while changed:
        changed = _delete_empty(ctx)
        for choice in list(choices):
            if _unused(ctx, choice):
                _delete(ctx, choice.stmt)
                choices.remove(choice)
                changed = True
    for choice in choices:
        _name_target(ctx, choice)
    for use in ctx.sites():
        if use.name in ("torch.device", _READ) and _is_open(ctx, use) and ctx.survives(use.node, use.stmt):
            _rest(ctx, use)
    staying = {
        node
        for use in ctx.sites()
        if use.name == "torch.device" and use.call is not None and _is_open(ctx, use)
        for node in ast.walk(use.call)
    }
    for use in ctx.sites():
        free = use.name in _AVAILABLE | _NEVER and _is_open(ctx, use) and use.node not in staying
        if free and ctx.survives(use.node, use.stmt):
            _rest(ctx, use)
    _read_parts(ctx, {use.stmt for use in ctx.sites() if use.call in staying})


def _read_parts(ctx: FileContext, staying: Collection[ast.stmt]) -> None:
    """Report `.type` and `.index` of what is a str now. `staying`: statements that make devices, as they did before."""
    targets = (stmt.targets[0] for stmt in staying if isinstance(stmt, ast.Assign))
    still_devices = {target.id for target in targets if isinstance(target, ast.Name)}
    for node, kind in list(ctx.facts.attributes.items()):
        if node.attr not in ("type", "index") or not _holds_device(kind) or ctx.site(node) is not None:
            continue
        if ctx.stmt(node) in staying:
            continue
        if isinstance(node.value, ast.Name) and node.value.id in still_devices:
            continue
        if ctx.plan(node) is None and ctx.survives(node, ctx.stmt(node)):
            use = ctx.add_site(node, f"torch.device.{node.attr}", ctx.stmt(node))
            ctx.manual(use, _CODE, "a device is a str in MindSpore, without type or index", _HINT)


def _holds_device(kind: k.Kind) -> bool:
    """Whether a value is a device, or one by the default of a parameter."""
    kind = k.settle(kind)
    return (kind.default if isinstance(kind, k.Var) else kind) is k.DEVICE


def _is_open(ctx: FileContext, use: Use) -> bool:
    return use.name in _CLAIMED and ctx.outcome(use) is Outcome.MANUAL


def _delete(ctx: FileContext, stmt: ast.stmt) -> None:
    """Delete a statement with all that is in it. Assignments without a site of their own are counted."""
    inner = set(ast.walk(stmt))
    uses = [use for use in ctx.sites() if use.node in inner]
    for use in uses:
        if ctx.outcome(use) in (Outcome.MANUAL, Outcome.UNKNOWN):
            ctx.converted(use)
    counted = {use.stmt for use in uses}
    for node in inner:
        if isinstance(node, ast.stmt):
            ctx.delete_stmt(node)
        if isinstance(node, ast.Assign) and node not in counted:
            ctx.structural(node.targets[0], node, "torch.device", "")


def _choices(ctx: FileContext) -> Iterator[_Choice]:
    seen: set[ast.stmt] = set()
    for use in ctx.sites():
        if use.name not in _CLAIMED or not _is_open(ctx, use) or use.stmt in seen:
            continue
        choice = _choice(ctx, use.stmt)
        if choice is not None:
            seen.update(s for s in ast.walk(choice.stmt) if isinstance(s, ast.stmt))
            yield choice


def _choice(ctx: FileContext, stmt: ast.stmt) -> _Choice | None:
    outer = stmt
    for above in ctx.blocks.above(stmt):
        if not isinstance(above, ast.If) or not _is_question(ctx, above.test):
            break
        outer = above
    if isinstance(outer, ast.If):
        found = list(_assignments(outer))
        inner = [s for s in ast.walk(outer) if isinstance(s, ast.stmt)]
        if (
            outer.orelse
            and len({ast.dump(target) for target, _ in found}) == 1
            and all(_is_device(ctx, value) for _, value in found)
            and all(isinstance(s, (ast.If, ast.Assign)) for s in inner)
        ):
            return _Choice(outer, found[0][0])
    if not isinstance(stmt, ast.Assign) or len(stmt.targets) != 1:
        return None
    value = stmt.value
    if _is_device(ctx, value) or _is_question(ctx, value) or _is_read(ctx, value):
        return _Choice(stmt, stmt.targets[0])
    return None


def _assignments(stmt: ast.stmt) -> Iterator[tuple[ast.expr, ast.expr]]:
    for inner in ast.walk(stmt):
        if isinstance(inner, ast.Assign):
            for target in inner.targets:
                yield target, inner.value


def _is_device(ctx: FileContext, node: ast.expr) -> bool:
    """Whether an expression only makes a device, from literals, settings and questions."""
    if isinstance(node, ast.Attribute) and node.attr == "type":
        return isinstance(node.value, ast.Call) and ctx.facts.refs.get(node.value.func) == _CURRENT
    if isinstance(node, ast.Call):
        name = ctx.facts.refs.get(node.func)
        return name == _CURRENT or (name == "torch.device" and all(_is_plain(ctx, a) for a in node.args))
    if isinstance(node, ast.IfExp):
        parts = (node.body, node.orelse)
        asked = _is_question(ctx, node.test) or any(_is_device(ctx, part) or _is_read(ctx, part) for part in parts)
        return asked and _is_harmless(ctx, node.test) and all(_is_device(ctx, p) or _is_name(p) for p in parts)
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str) and node.value.partition(":")[0] in (
            "cuda",
            "cpu",
            "mps",
            "xpu",
            "npu",
            "gpu",
        )
    return isinstance(node, ast.JoinedStr) and ctx.text(node).strip("f\"'").startswith("cuda")


def _is_read(ctx: FileContext, node: ast.expr) -> bool:
    """Whether an expression is the device of a tensor."""
    return isinstance(node, ast.Attribute) and node.attr == "device" and ctx.kind(node) is k.DEVICE


def _is_name(node: ast.expr) -> bool:
    return isinstance(node, (ast.Name, ast.Attribute)) or (isinstance(node, ast.Constant) and node.value is None)


def _is_plain(ctx: FileContext, node: ast.expr) -> bool:
    """Whether an argument of torch.device can go without a trace."""
    if isinstance(node, ast.BinOp):
        return _is_plain(ctx, node.left) and _is_plain(ctx, node.right)
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id == "str" and all(_is_plain(ctx, a) for a in node.args)
    if isinstance(node, ast.JoinedStr):
        return True
    if isinstance(node, ast.Subscript):
        return _is_plain(ctx, node.value)
    return isinstance(node, ast.Constant) or _is_name(node) or _is_device(ctx, node)


def _is_question(ctx: FileContext, node: ast.expr) -> bool:
    """Whether a condition only asks for a device, and may be left unasked."""
    return _is_harmless(ctx, node) and any(
        isinstance(inner, ast.Call) and ctx.facts.refs.get(inner.func) in _AVAILABLE | _NEVER
        for inner in ast.walk(node)
    )


def _is_harmless(ctx: FileContext, node: ast.expr) -> bool:
    """Whether a condition has no side effects."""
    if isinstance(node, ast.BoolOp):
        return all(_is_harmless(ctx, v) for v in node.values)
    if isinstance(node, ast.UnaryOp):
        return _is_harmless(ctx, node.operand)
    if isinstance(node, ast.Compare):
        return all(_is_harmless(ctx, v) for v in (node.left, *node.comparators))
    if isinstance(node, ast.Call):
        name = ctx.facts.refs.get(node.func, "")
        return name in _AVAILABLE or name in _NEVER or name in ("torch.cuda.device_count", "torch.is_grad_enabled")
    if isinstance(node, ast.Attribute):
        return _is_harmless(ctx, node.value)
    return isinstance(node, (ast.Name, ast.Constant))


def _gone(ctx: FileContext, stmt: ast.stmt) -> bool:
    return ctx.is_deleted(stmt) or any(ctx.is_deleted(above) for above in ctx.blocks.above(stmt))


def _unused(ctx: FileContext, choice: _Choice) -> bool:
    """Whether a name was used, and no use is left."""
    target = choice.target
    if not isinstance(target, ast.Name):
        return False
    stmt = choice.stmt
    scope = ctx.blocks.scope(stmt)
    if isinstance(scope, ast.ClassDef) or _is_global(ctx, target.id):
        return False
    loads = list(ctx.blocks.loads(target.id, scope))
    inner = set(ast.walk(stmt))
    return bool(loads) and all(
        node in inner or _gone(ctx, where) or not ctx.survives(node, where) for node, where in loads
    )


def _is_global(ctx: FileContext, name: str) -> bool:
    return any(isinstance(s, (ast.Global, ast.Nonlocal)) and name in s.names for s in ctx.blocks.places)


def _delete_empty(ctx: FileContext) -> bool:
    """Delete every `if` whose statements have all gone and whose condition nobody needs to evaluate."""
    changed = False
    for stmt, place in ctx.blocks.places.items() if ctx.has_stmt_plans() else ():
        if not isinstance(stmt, ast.If) or ctx.is_deleted(stmt) or not _is_harmless(ctx, stmt.test):
            continue
        if isinstance(place.owner, ast.If) and place.owner.orelse == [stmt]:
            continue
        if all(_goes(ctx, s) for s in (*stmt.body, *stmt.orelse)) and any(
            ctx.is_deleted(s) for s in ast.walk(stmt) if isinstance(s, ast.stmt)
        ):
            _delete(ctx, stmt)
            changed = True
    return changed


def _goes(ctx: FileContext, stmt: ast.stmt) -> bool:
    if ctx.is_deleted(stmt) or isinstance(stmt, ast.Pass):
        return True
    return (
        isinstance(stmt, ast.If)
        and _is_harmless(ctx, stmt.test)
        and all(_goes(ctx, s) for s in (*stmt.body, *stmt.orelse))
    )


# ---------------------------------------------------------------------- devices that are still asked for


def _name_target(ctx: FileContext, choice: _Choice) -> None:
    """A device that is only passed around, stored or printed becomes the name of the target."""
    stmt = choice.stmt
    if not isinstance(stmt, ast.Assign) or not _inert_target(ctx, choice):
        return
    if _is_read(ctx, stmt.value):
        for use in ctx.sites():
            if use.node is stmt.value:
                ctx.converted(use, "mindspore.Tensor.device")
        return
    if not _is_device(ctx, stmt.value):
        return
    inner = set(ast.walk(stmt.value))
    mine = [use for use in ctx.sites() if use.node in inner]
    ctx.replace(stmt.value, _TARGET)
    for use in mine:
        ctx.adapted(
            use,
            "mindspore.get_context",
            "the device is only a name now: tensors are placed by the context",
            _CODE,
        )


def _inert_target(ctx: FileContext, choice: _Choice) -> bool:
    target, stmt = choice.target, choice.stmt
    if isinstance(target, ast.Name):
        loads: list[tuple[ast.expr, ast.stmt]] = list(ctx.blocks.loads(target.id, ctx.blocks.scope(stmt)))
    elif isinstance(target, ast.Attribute):
        loads = [
            (node, ctx.stmt(node))
            for node in ctx.facts.attributes
            if node.attr == target.attr and isinstance(node.ctx, ast.Load) and not k.is_tensor(ctx.kind(node.value))
        ]
    else:
        return False
    return all(
        _gone(ctx, where) or not ctx.survives(node, where) or _is_inert(ctx, node, where) for node, where in loads
    )


def _is_inert(ctx: FileContext, node: ast.expr, stmt: ast.stmt) -> bool:
    """Whether a use of a device only hands it on or shows it."""
    child: ast.AST = node
    parent = ctx.parent(child, stmt)
    while isinstance(parent, (ast.Tuple, ast.List, ast.Dict, ast.keyword, ast.FormattedValue, ast.JoinedStr)):
        child, parent = parent, ctx.parent(parent, stmt)
    if isinstance(parent, ast.Call):
        if child is parent.func:
            return False
        name = ctx.facts.refs.get(parent.func, "")
        return not ctx.know.is_mapped(name) and not k.is_tensor(_receiver(ctx, parent))
    if isinstance(parent, ast.IfExp):
        return child is not parent.test and _is_inert(ctx, parent, stmt)
    if isinstance(parent, (ast.Assign, ast.AnnAssign)):
        return parent.value is child and not isinstance(child, (ast.Tuple, ast.List))
    return isinstance(parent, (ast.Return, ast.arguments))


def _receiver(ctx: FileContext, call: ast.Call) -> k.Kind:
    return ctx.kind(call.func.value) if isinstance(call.func, ast.Attribute) else k.UNKNOWN


def _rest(ctx: FileContext, use: Use) -> None:
    """A question or a device that stays."""
    call = use.call
    if use.name == _READ:
        parent = ctx.parent(use.node, use.stmt)
        assigned = isinstance(parent, (ast.Assign, ast.AnnAssign))
        if isinstance(parent, ast.Compare) or (_is_inert(ctx, use.node, use.stmt) and not assigned):
            ctx.converted(use, "mindspore.Tensor.device")
        return
    if call is None:
        return
    if use.name in _NEVER:
        answer(ctx, call, use.stmt, False)
        ctx.converted(use, "False")
    elif use.name in _AVAILABLE:
        parent = ctx.parent(call, use.stmt)
        if isinstance(parent, ast.UnaryOp) and isinstance(parent.op, ast.Not):
            ctx.replace(parent, f'{_TARGET} == "CPU"')
        else:
            ctx.replace(call, f'{_TARGET} != "CPU"')
        ctx.adapted(use, "mindspore.get_context", "asks for the target of the context", _CODE)
    elif len(call.args) == 1 and not call.keywords and _is_inert(ctx, call, use.stmt):
        parent = ctx.parent(call, use.stmt)
        if isinstance(parent, (ast.Assign, ast.AnnAssign)) and not isinstance(parent.value, ast.Constant):
            return
        kind = ctx.kind(call.args[0])
        if kind is k.STR:
            ctx.replace(call, "{name}", {"name": call.args[0]})
            ctx.adapted(use, "", "the device is only a name now: tensors are placed by the context", _CODE)


RULE = Rule(
    sites={**dict.fromkeys(("torch.device", _CURRENT, *_AVAILABLE, *_NEVER), _claim), _READ: _claim_read},
    start=_start,
    finish=_finish,
)
