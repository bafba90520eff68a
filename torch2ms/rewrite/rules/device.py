"""Devices: MindSpore places tensors by its context, so choosing a device mostly goes.

A variable that holds a device is deleted when nothing uses it any more. Where it is still passed around
or printed, it becomes the name of the target the context has.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from torch2ms.model import Outcome
from torch2ms.rewrite.context import Rewriter, Rule, Use
from torch2ms.rewrite.plan import StmtDelete
from torch2ms.source import kinds as k
from torch2ms.source.knowledge import is_torch

_CODE = "T2M701"
_HINT = "set the device once: ms.set_device(...)"
_TARGET = 'ms.get_context("device_target")'
_AVAILABLE = frozenset(
    {
        "torch.cuda.is_available",
        "torch.cuda.is_initialized",
        "torch.backends.mps.is_available",
        "torch.backends.mps.is_built",
        "torch.mps.is_available",
        "torch.xpu.is_available",
        "torch.npu.is_available",
        "torch.backends.cudnn.is_available",
    }
)

# Statements without meaning in MindSpore: calls, and assignments to these names or to what is below them.
_CALLS: dict[str, str] = {
    "torch.cuda.set_device": "the device is set once, with ms.set_device",
    "torch.cuda.init": "MindSpore starts the device itself",
    "torch.cuda.ipc_collect": "MindSpore manages its memory itself",
    "torch.cuda.reset_peak_memory_stats": "memory statistics are in ms.runtime",
    "torch.cuda.reset_max_memory_allocated": "memory statistics are in ms.runtime",
    "torch.set_num_threads": "threads are set with ms.set_context",
    "torch.set_num_interop_threads": "threads are set with ms.set_context",
    "torch.set_float32_matmul_precision": "the precision of matmul is a matter of the MindSpore context",
    "torch.use_deterministic_algorithms": "MindSpore has ms.set_deterministic",
    "torch.autograd.set_detect_anomaly": "MindSpore has no anomaly detection",
    "torch.multiprocessing.set_sharing_strategy": "MindSpore tensors are not shared between processes",
}
_READ = "torch.Tensor.device"
_SETTINGS = "torch.backends."
_SEEDS = frozenset(
    {"torch.cuda.manual_seed", "torch.cuda.manual_seed_all", "torch.mps.manual_seed", "torch.xpu.manual_seed"}
)
_RUNTIME: dict[str, str] = {
    "torch.cuda.synchronize": "ms.runtime.synchronize()",
    "torch.cuda.empty_cache": "ms.runtime.empty_cache()",
}


@dataclass(slots=True, eq=False)
class _Choice:
    """A statement that gives one name a device (or the answer to whether there is one)."""

    stmt: ast.stmt
    target: ast.expr


# ---------------------------------------------------------------------- before the sites


def rewrite(rw: Rewriter) -> None:
    """Settings of the device that are statements of their own, and annotations."""
    for use in rw.uses:
        if use.name == "torch.device":
            if rw.in_annotation(use.node, use.stmt) or _is_class_test(rw, use):
                rw.replace(use.node, "str")
                rw.converted(use)
        elif use.name in _SEEDS:
            _seed(rw, use)
        elif use.name in _RUNTIME and use.call is not None:
            rw.replace(use.call, _RUNTIME[use.name])
            rw.drop_inside(use.call)
            rw.converted(use, _RUNTIME[use.name])
        elif use.name in _CALLS:
            if isinstance(use.stmt, ast.Expr) and use.stmt.value is use.call:
                _leave_out(rw, use, _CALLS[use.name])
        elif (
            use.name.startswith(_SETTINGS)
            and isinstance(use.stmt, ast.Assign)
            and all(_is_setting(rw, target) for target in use.stmt.targets)
        ):
            _leave_out(rw, use, "a setting of torch's own libraries")


def _is_class_test(rw: Rewriter, use: Use) -> bool:
    child: ast.AST = use.node
    parent = rw.parent(child, use.stmt)
    while isinstance(parent, ast.Tuple):
        child, parent = parent, rw.parent(parent, use.stmt)
    return (
        isinstance(parent, ast.Call)
        and isinstance(parent.func, ast.Name)
        and parent.func.id == "isinstance"
        and child is not parent.func
    )


def _is_setting(rw: Rewriter, target: ast.expr) -> bool:
    return isinstance(target, ast.Attribute) and rw.facts.refs.get(target.value, "").startswith(_SETTINGS)


def _leave_out(rw: Rewriter, use: Use, why: str) -> None:
    rw.adapted(use, "", f"left out: {why}", _CODE)
    if not any(isinstance(plan, StmtDelete) for plan in rw.plans.stmts.get(use.stmt, ())):
        rw.delete_stmt(use.stmt)
    rw.drop_inside(use.stmt)


def _seed(rw: Rewriter, use: Use) -> None:
    call = use.call
    if call is None or not isinstance(use.stmt, ast.Expr) or use.stmt.value is not call or len(call.args) != 1:
        return
    if any(other.name == "torch.manual_seed" for other in rw.uses) or any(
        other.name in _SEEDS and other.node in rw.decisions for other in rw.uses
    ):
        _leave_out(rw, use, "ms.set_seed seeds every device")
    else:
        rw.replace(call, "ms.set_seed({seed})", {"seed": call.args[0]})
        rw.adapted(use, "mindspore.set_seed", "ms.set_seed seeds every device", _CODE)


# ---------------------------------------------------------------------- sites whose end decides


def _claim(rw: Rewriter, use: Use) -> bool:
    """Left for the end, when it is known what uses the value."""
    return rw.manual(use, _CODE, "MindSpore places tensors by its context", _HINT)


def _claim_read(rw: Rewriter, use: Use) -> bool:
    """`x.device` is a str in MindSpore; whether that will do is known at the end."""
    return rw.manual(use, _CODE, "a device is a str in MindSpore, without type or index", _HINT)


RULES: dict[str, Rule] = {
    **dict.fromkeys(("torch.device", *_AVAILABLE), _claim),
    _READ: _claim_read,
}


# ---------------------------------------------------------------------- when all sites are decided


def finish(rw: Rewriter) -> None:
    """Delete what nothing uses any more, and name the target where a device is still asked for."""
    if not any(use.name in RULES or use.name in ("torch.Tensor.to", "torch.Tensor.cuda") for use in rw.uses):
        _delete_empty(rw)
        return
    choices = list(_choices(rw))
    changed = True
    while changed:
        changed = _delete_empty(rw)
        for choice in list(choices):
            if _unused(rw, choice):
                _delete(rw, choice.stmt)
                choices.remove(choice)
                changed = True
    for choice in choices:
        _name_target(rw, choice)
    for use in rw.uses:
        if use.name in ("torch.device", _READ) and _is_open(rw, use) and rw.survives(use.node, use.stmt):
            _rest(rw, use)
    staying = {
        node
        for use in rw.uses
        if use.name == "torch.device" and use.call is not None and _is_open(rw, use)
        for node in ast.walk(use.call)
    }
    for use in rw.uses:
        free = use.name in _AVAILABLE and _is_open(rw, use) and use.node not in staying
        if free and rw.survives(use.node, use.stmt):
            _rest(rw, use)


def _is_open(rw: Rewriter, use: Use) -> bool:
    decision = rw.decisions[use.node]
    return use.name in RULES and decision.outcome is Outcome.MANUAL


def _delete(rw: Rewriter, stmt: ast.stmt) -> None:
    """Delete a statement with all that is in it."""
    inner = set(ast.walk(stmt))
    for node in inner:
        if isinstance(node, ast.stmt) and not _deleted(rw, node):
            rw.delete_stmt(node)
    for use in rw.uses:
        if use.node in inner and rw.decisions[use.node].outcome in (Outcome.MANUAL, Outcome.UNKNOWN):
            rw.converted(use)


def _choices(rw: Rewriter) -> Iterator[_Choice]:
    seen: set[ast.stmt] = set()
    for use in rw.uses:
        if use.name not in RULES or not _is_open(rw, use) or use.stmt in seen:
            continue
        choice = _choice(rw, use.stmt)
        if choice is not None:
            seen.update(s for s in ast.walk(choice.stmt) if isinstance(s, ast.stmt))
            yield choice


def _choice(rw: Rewriter, stmt: ast.stmt) -> _Choice | None:
    outer = stmt
    for above in rw.blocks.above(stmt):
        if not isinstance(above, ast.If) or not _is_question(rw, above.test):
            break
        outer = above
    if isinstance(outer, ast.If):
        found = list(_assignments(outer))
        inner = [s for s in ast.walk(outer) if isinstance(s, ast.stmt)]
        if (
            outer.orelse
            and len({ast.dump(target) for target, _ in found}) == 1
            and all(_is_device(rw, value) for _, value in found)
            and all(isinstance(s, (ast.If, ast.Assign)) for s in inner)
        ):
            return _Choice(outer, found[0][0])
    if not isinstance(stmt, ast.Assign) or len(stmt.targets) != 1:
        return None
    value = stmt.value
    if _is_device(rw, value) or _is_question(rw, value) or _is_read(rw, value):
        return _Choice(stmt, stmt.targets[0])
    return None


def _assignments(stmt: ast.stmt) -> Iterator[tuple[ast.expr, ast.expr]]:
    for inner in ast.walk(stmt):
        if isinstance(inner, ast.Assign):
            for target in inner.targets:
                yield target, inner.value


def _is_device(rw: Rewriter, node: ast.expr) -> bool:
    """Whether an expression only makes a device, from literals, settings and questions."""
    if isinstance(node, ast.Call):
        return rw.facts.refs.get(node.func) == "torch.device" and all(_is_plain(rw, a) for a in node.args)
    if isinstance(node, ast.IfExp):
        parts = (node.body, node.orelse)
        asked = _is_question(rw, node.test) or any(_is_device(rw, part) or _is_read(rw, part) for part in parts)
        return asked and _is_harmless(rw, node.test) and all(_is_device(rw, p) or _is_name(p) for p in parts)
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str) and node.value.partition(":")[0] in (
            "cuda",
            "cpu",
            "mps",
            "xpu",
            "npu",
            "gpu",
        )
    return isinstance(node, ast.JoinedStr) and rw.text(node).strip("f\"'").startswith("cuda")


def _is_read(rw: Rewriter, node: ast.expr) -> bool:
    """Whether an expression is the device of a tensor."""
    return isinstance(node, ast.Attribute) and node.attr == "device" and rw.kind(node) is k.DEVICE


def _is_name(node: ast.expr) -> bool:
    return isinstance(node, (ast.Name, ast.Attribute)) or (isinstance(node, ast.Constant) and node.value is None)


def _is_plain(rw: Rewriter, node: ast.expr) -> bool:
    """Whether an argument of torch.device can go without a trace."""
    if isinstance(node, ast.BinOp):
        return _is_plain(rw, node.left) and _is_plain(rw, node.right)
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id == "str" and all(_is_plain(rw, a) for a in node.args)
    if isinstance(node, ast.JoinedStr):
        return True
    if isinstance(node, ast.Subscript):
        return _is_plain(rw, node.value)
    return isinstance(node, ast.Constant) or _is_name(node) or _is_device(rw, node)


def _is_question(rw: Rewriter, node: ast.expr) -> bool:
    """Whether a condition only asks for a device, and may be left unasked."""
    return _is_harmless(rw, node) and any(
        isinstance(inner, ast.Call) and rw.facts.refs.get(inner.func) in _AVAILABLE for inner in ast.walk(node)
    )


def _is_harmless(rw: Rewriter, node: ast.expr) -> bool:
    """Whether a condition has no side effects."""
    if isinstance(node, ast.BoolOp):
        return all(_is_harmless(rw, v) for v in node.values)
    if isinstance(node, ast.UnaryOp):
        return _is_harmless(rw, node.operand)
    if isinstance(node, ast.Compare):
        return all(_is_harmless(rw, v) for v in (node.left, *node.comparators))
    if isinstance(node, ast.Call):
        name = rw.facts.refs.get(node.func, "")
        return name in _AVAILABLE or name == "torch.cuda.device_count"
    if isinstance(node, ast.Attribute):
        return _is_harmless(rw, node.value)
    return isinstance(node, (ast.Name, ast.Constant))


def _deleted(rw: Rewriter, stmt: ast.stmt) -> bool:
    return any(isinstance(plan, StmtDelete) for plan in rw.plans.stmts.get(stmt, ()))


def _gone(rw: Rewriter, stmt: ast.stmt) -> bool:
    return _deleted(rw, stmt) or any(_deleted(rw, above) for above in rw.blocks.above(stmt))


def _unused(rw: Rewriter, choice: _Choice) -> bool:
    """Whether a name was used, and no use is left."""
    target = choice.target
    if not isinstance(target, ast.Name):
        return False
    stmt = choice.stmt
    scope = rw.blocks.scope(stmt)
    if isinstance(scope, ast.ClassDef) or _is_global(rw, target.id):
        return False
    loads = list(rw.blocks.loads(target.id, scope))
    inner = set(ast.walk(stmt))
    return bool(loads) and all(
        node in inner or _gone(rw, where) or not rw.survives(node, where) for node, where in loads
    )


def _is_global(rw: Rewriter, name: str) -> bool:
    return any(isinstance(s, (ast.Global, ast.Nonlocal)) and name in s.names for s in rw.blocks.places)


def _delete_empty(rw: Rewriter) -> bool:
    """Delete every `if` whose statements have all gone and whose condition nobody needs to evaluate."""
    changed = False
    for stmt, place in rw.blocks.places.items() if rw.plans.stmts else ():
        if not isinstance(stmt, ast.If) or _deleted(rw, stmt) or not _is_harmless(rw, stmt.test):
            continue
        if isinstance(place.owner, ast.If) and place.owner.orelse == [stmt]:
            continue
        if all(_goes(rw, s) for s in (*stmt.body, *stmt.orelse)) and any(
            _deleted(rw, s) for s in ast.walk(stmt) if isinstance(s, ast.stmt)
        ):
            _delete(rw, stmt)
            changed = True
    return changed


def _goes(rw: Rewriter, stmt: ast.stmt) -> bool:
    if _deleted(rw, stmt) or isinstance(stmt, ast.Pass):
        return True
    return (
        isinstance(stmt, ast.If)
        and _is_harmless(rw, stmt.test)
        and all(_goes(rw, s) for s in (*stmt.body, *stmt.orelse))
    )


# ---------------------------------------------------------------------- devices that are still asked for


def _name_target(rw: Rewriter, choice: _Choice) -> None:
    """A device that is only passed around, stored or printed becomes the name of the target."""
    stmt = choice.stmt
    if not isinstance(stmt, ast.Assign) or not _inert_target(rw, choice):
        return
    if _is_read(rw, stmt.value):
        for use in rw.uses:
            if use.node is stmt.value:
                rw.converted(use, "mindspore.Tensor.device")
        return
    if not _is_device(rw, stmt.value):
        return
    inner = set(ast.walk(stmt.value))
    mine = [use for use in rw.uses if use.node in inner]
    rw.replace(stmt.value, _TARGET)
    for use in mine:
        rw.adapted(
            use,
            "mindspore.get_context",
            "the device is only a name now: tensors are placed by the context",
            _CODE,
        )


def _inert_target(rw: Rewriter, choice: _Choice) -> bool:
    target, stmt = choice.target, choice.stmt
    if isinstance(target, ast.Name):
        loads: list[tuple[ast.expr, ast.stmt]] = list(rw.blocks.loads(target.id, rw.blocks.scope(stmt)))
    elif isinstance(target, ast.Attribute):
        loads = [
            (node, rw.stmt(node))
            for node in rw.facts.attributes
            if node.attr == target.attr and isinstance(node.ctx, ast.Load) and not k.is_tensor(rw.kind(node.value))
        ]
    else:
        return False
    return all(_gone(rw, where) or not rw.survives(node, where) or _is_inert(rw, node, where) for node, where in loads)


def _is_inert(rw: Rewriter, node: ast.expr, stmt: ast.stmt) -> bool:
    """Whether a use of a device only hands it on or shows it."""
    child: ast.AST = node
    parent = rw.parent(child, stmt)
    while isinstance(parent, (ast.Tuple, ast.List, ast.Dict, ast.keyword, ast.FormattedValue, ast.JoinedStr)):
        child, parent = parent, rw.parent(parent, stmt)
    if isinstance(parent, ast.Call):
        if child is parent.func:
            return False
        name = rw.facts.refs.get(parent.func, "")
        return not is_torch(name) and not k.is_tensor(_receiver(rw, parent))
    if isinstance(parent, ast.IfExp):
        return child is not parent.test and _is_inert(rw, parent, stmt)
    if isinstance(parent, (ast.Assign, ast.AnnAssign)):
        return parent.value is child and not isinstance(child, (ast.Tuple, ast.List))
    return isinstance(parent, (ast.Return, ast.arguments))


def _receiver(rw: Rewriter, call: ast.Call) -> k.Kind:
    return rw.kind(call.func.value) if isinstance(call.func, ast.Attribute) else k.UNKNOWN


def _rest(rw: Rewriter, use: Use) -> None:
    """A question or a device that stays."""
    call = use.call
    if use.name == _READ:
        parent = rw.parent(use.node, use.stmt)
        assigned = isinstance(parent, (ast.Assign, ast.AnnAssign))
        if isinstance(parent, ast.Compare) or (_is_inert(rw, use.node, use.stmt) and not assigned):
            rw.converted(use, "mindspore.Tensor.device")
        return
    if call is None:
        return
    if use.name in _AVAILABLE:
        parent = rw.parent(call, use.stmt)
        if isinstance(parent, ast.UnaryOp) and isinstance(parent.op, ast.Not):
            rw.replace(parent, f'{_TARGET} == "CPU"')
        else:
            rw.replace(call, f'{_TARGET} != "CPU"')
        rw.adapted(use, "mindspore.get_context", "asks for the target of the context", _CODE)
    elif len(call.args) == 1 and not call.keywords and _is_inert(rw, call, use.stmt):
        parent = rw.parent(call, use.stmt)
        if isinstance(parent, (ast.Assign, ast.AnnAssign)) and not isinstance(parent.value, ast.Constant):
            return
        kind = rw.kind(call.args[0])
        if kind is k.STR:
            rw.replace(call, "{name}", {"name": call.args[0]})
            rw.adapted(use, "", "the device is only a name now: tensors are placed by the context", _CODE)
