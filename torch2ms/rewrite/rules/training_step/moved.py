"""What moves into the function: the statements that compute the loss, and the names that go in and out."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from torch2ms.rewrite.analysis.flow import Flow, bound_names, loaded_names
from torch2ms.rewrite.context import FileContext
from torch2ms.rewrite.rows.bind import Refused
from torch2ms.rewrite.rules.shared import carriers
from torch2ms.rewrite.rules.shared.questions import method_call
from torch2ms.rewrite.rules.training_step.outside import Forward, check_forward, check_outside, kept_from_before
from torch2ms.rewrite.rules.training_step.step import (
    Backward,
    Checked,
    Moved,
    Recognised,
    contains_backward,
    ends_line,
    names_in,
    refused,
    root_name,
    starts_line,
)

# Statements that mean something else in a function of their own.
_UNMOVABLE = (
    ast.Return,
    ast.Try,
    ast.TryStar,
    ast.Delete,
    ast.Import,
    ast.ImportFrom,
    ast.ClassDef,
    ast.Yield,
    ast.YieldFrom,
    ast.Await,
    ast.AsyncFor,
    ast.AsyncWith,
)


def move(ctx: FileContext, checked: Checked, recorded: Mapping[ast.stmt, frozenset[str]]) -> Moved | Refused:
    """Choose the statements that move, with what goes in and out.

    `recorded` are the statements that earlier steps of the file moved, with the names these bind.
    """
    step = checked.recognised
    backward = step.backward
    chosen = _chosen(ctx, step, _floor(backward, recorded))
    if isinstance(chosen, Refused):
        return chosen
    contributing, first, last = chosen
    stmts = [stmt for stmt in backward.block[first : last + 1] if not step.is_reset(stmt)]
    computing = {backward.block[number] for number in contributing} | {backward.stmt}
    forward = Forward(backward, [stmt for stmt in stmts if stmt in computing], recorded)
    kept = kept_from_before(ctx, forward)
    refusal = (
        (None if kept else check_forward(ctx, forward))
        or check_outside(ctx, forward)
        or _check_movable(ctx, step, stmts)
        or _check_guard(ctx, backward, stmts)
    )
    if refusal is not None:
        return refusal
    names = _in_and_out(ctx, backward, stmts, last)
    if isinstance(names, Refused):
        return names
    is_late = last < backward.index and last + 1 < _optimizer_is_there(step)
    if is_late and not _may_wait(ctx, step, stmts, last):
        return refused("the optimizer is made after the loss is computed", "make it before the forward pass")
    note = f"{' and '.join(kept)} of the step before keeps its gradient, in PyNative mode only"
    return Moved(checked, tuple(stmts), *names, notes=(*step.notes, note) if kept else step.notes, is_late=is_late)


def _chosen(ctx: FileContext, step: Recognised, floor: int) -> tuple[list[int], int, int] | Refused:
    """The statements of the block that compute the loss, the first of them that moves and the last."""
    backward = step.backward
    made = _optimizer_is_there(step)
    contributing = _contributing(step, floor)
    carrying = _carrying(ctx, backward, contributing)
    # What stands above the optimizer builds the model and the data, unless the forward pass is up there too.
    later = [number for number in carrying if number >= made]
    forward = [backward.block[number] for number in later] + [backward.stmt] * (not backward.loss_name)
    if any(carriers.is_forward(ctx, node) for stmt in forward for node in ast.walk(stmt)):
        carrying = later
        contributing = [number for number in contributing if number >= made]
    if not backward.loss_name:
        calls = [node for node in ast.walk(backward.loss) if isinstance(node, ast.Call)]
        if any(carriers.call_carries(ctx, call) for call in calls):
            carrying.append(backward.index)
    if not carrying:
        return refused("the loss is not computed in the block of backward()")
    if not backward.loss_name:
        last = backward.index
    else:
        last = backward.index - 1 if backward.guard is not None else max(contributing)
    if min(carrying) < made <= last:
        return refused("the optimizer is made between the statements of the forward pass", "make it before them")
    return contributing, min(carrying), last


def _optimizer_is_there(step: Recognised) -> int:
    """From where in the block on the optimizer is there: 0 if it is made elsewhere."""
    text = ast.unparse(step.update.optimizer)
    there = 0
    for number, stmt in enumerate(step.backward.block[: step.backward.index]):
        for node in ast.walk(stmt):
            if isinstance(node, (ast.Name, ast.Attribute, ast.Subscript)) and isinstance(node.ctx, ast.Store):
                target = ast.unparse(node)
                if text == target or text.startswith((f"{target}.", f"{target}[")):
                    there = number + 1
    return there


def _carrying(ctx: FileContext, backward: Backward, contributing: Sequence[int]) -> list[int]:
    """Those of the statements whose results may depend on parameters."""
    found = [number for number in contributing if carriers.carries(ctx, backward.block[number])]
    found = [number for number in found if not _is_called_later(backward, number)]
    # A function moves only when it reads what moves.
    functions = [number for number in found if isinstance(backward.block[number], ast.FunctionDef)]
    bound = set[str]().union(*(bound_names(backward.block[n]) for n in found if n not in functions))
    return [n for n in found if n not in functions or loaded_names(backward.block[n]) & bound]


def _is_called_later(backward: Backward, number: int) -> bool:
    """Whether a statement binds a name that is called further down: an object, and no tensor."""
    stmt = backward.block[number]
    if not isinstance(stmt, ast.Assign) or not isinstance(stmt.targets[0], ast.Name):
        return False
    return any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == stmt.targets[0].id
        for later in backward.block[number + 1 : backward.index + 1]
        for node in ast.walk(later)
    )


def _may_wait(ctx: FileContext, step: Recognised, stmts: Sequence[ast.stmt], last: int) -> bool:
    """Whether the forward pass may run at the backward: what stands between makes objects and reads nothing of it."""
    bound = set[str]().union(*map(bound_names, stmts))
    for stmt in step.backward.block[last + 1 : step.backward.index]:
        if step.is_reset(stmt):
            continue
        value = stmt.value if isinstance(stmt, (ast.Assign, ast.AnnAssign)) else None
        if not isinstance(value, ast.Call) or not carriers.makes(ctx, value) or loaded_names(stmt) & bound:
            return False
    return True


def _floor(backward: Backward, recorded: Mapping[ast.stmt, frozenset[str]]) -> int:
    """Where in the block the statements after the step before begin."""
    floor = 0
    for number, stmt in enumerate(backward.block[: backward.index]):
        if contains_backward(stmt) or stmt in recorded or method_call(stmt, "step") is not None:
            floor = number + 1
    return floor


def _contributing(step: Recognised, floor: int) -> list[int]:
    """The statements of the block, nearest first, that the loss depends on."""
    backward = step.backward
    needed = loaded_names(backward.loss)
    found: list[int] = []
    for number in range(backward.index - 1, floor - 1, -1):
        stmt = backward.block[number]
        if not step.is_reset(stmt) and (bound_names(stmt) | _changed(stmt)) & needed:
            found.append(number)
            needed |= loaded_names(stmt)
    return found


def _changed(stmt: ast.stmt) -> set[str]:
    """Names whose value a statement changes in place."""
    found = _changed_by_methods(stmt)
    for node in ast.walk(stmt):
        if isinstance(node, (ast.Attribute, ast.Subscript)) and isinstance(node.ctx, ast.Store):
            found.add(root_name(node))
        call = method_call(node)
        if call is not None and call.method not in carriers.MODULE_PLAIN:
            found.add(root_name(call.receiver))
    return found - {""}


def _changed_by_methods(stmt: ast.stmt) -> set[str]:
    """Names an in-place method or function is called on as a statement: MindSpore assigns them anew."""
    found: set[str] = set()
    for node in ast.walk(stmt):
        call = method_call(node)
        if call is not None and call.method.endswith("_") and not call.method.endswith("__"):
            found.update(value.id for value in (call.receiver, *call.call.args[:1]) if isinstance(value, ast.Name))
    return found


# ---------------------------------------------------------------------- what cannot move


def _check_movable(ctx: FileContext, step: Recognised, stmts: Sequence[ast.stmt]) -> Refused | None:
    """The statements mean the same in a function, and their lines can be moved."""
    if not _has_lines(ctx, stmts):
        return refused("statements of the forward pass share a line with others")
    for stmt in stmts:
        if any(isinstance(node, _UNMOVABLE) for node in _own_parts(stmt)):
            return refused("the forward pass holds a statement that cannot move into a function")
        for node in ast.walk(stmt):
            if isinstance(node, (ast.Global, ast.Nonlocal)):
                return refused("a function in the forward pass changes names outside of it")
            if node is not step.backward.stmt and method_call(node, "backward", "step") is not None:
                return refused("the forward pass holds another step")
        if _leaves_loop(stmt):
            return refused("a break or continue stands in the forward pass")
    return None


def _own_parts(stmt: ast.stmt) -> Iterator[ast.AST]:
    """A statement and what is in it, without the bodies of functions that it defines."""
    todo: list[ast.AST] = [stmt]
    for node in todo:
        yield node
        if not isinstance(node, (ast.FunctionDef, ast.Lambda)):
            todo += ast.iter_child_nodes(node)


def _has_lines(ctx: FileContext, stmts: Sequence[ast.stmt]) -> bool:
    """Whether statements have their lines for themselves, or all stand on one with others around them."""
    if starts_line(ctx, stmts[0]) and ends_line(ctx, stmts[-1]):
        return True
    return all(one.end_lineno == other.lineno for one, other in pairwise(stmts))


def _check_guard(ctx: FileContext, backward: Backward, stmts: Sequence[ast.stmt]) -> Refused | None:
    """The `if` around a backward can be told before the forward pass, and has one branch."""
    guard = backward.guard
    if guard is None:
        return None
    names = set[str]().union(*map(bound_names, stmts))
    if loaded_names(guard.test) & names or any(isinstance(node, ast.Call) for node in ast.walk(guard.test)):
        return refused("whether backward() runs depends on the forward pass")
    start = ctx.source.span(guard)[0]
    if guard.lineno == backward.stmt.lineno or ctx.source.text.startswith("elif", start):
        return refused("the if around backward() has further parts")
    return None


def _leaves_loop(stmt: ast.stmt) -> bool:
    """Whether a break or continue in a statement concerns a loop around it."""
    stack: list[ast.AST] = [stmt]
    while stack:
        node = stack.pop()
        if isinstance(node, (ast.Break, ast.Continue)):
            return True
        if isinstance(node, (ast.For, ast.While)):
            stack += node.orelse
        elif not isinstance(node, (ast.FunctionDef, ast.Lambda)):
            stack += ast.iter_child_nodes(node)
    return False


# ---------------------------------------------------------------------- names in and out


def _in_and_out(
    ctx: FileContext, backward: Backward, stmts: Sequence[ast.stmt], last: int
) -> tuple[tuple[str, ...], tuple[str, ...]] | Refused:
    """The parameters of the function, and the names it returns besides the loss."""
    flow = Flow(ctx.blocks, ctx.tree)
    body = [stmt for stmt in stmts if stmt is not backward.stmt]
    read = [*body, ast.Expr(backward.loss)] if backward.stmt in stmts else body
    loss = backward.loss_name
    params: list[str] = []
    outputs: list[str] = []
    for name in _bound_in_order(body):
        if Flow.effect(read, name) == "reads":
            if flow.is_bound_before(name, stmts[0]):
                params.append(name)
            elif flow.has_stores_outside(name, stmts):
                return refused(f"{name} may not be assigned before the step")
        if flow.is_handled(name, stmts[0]):
            return refused(f"the handler of an exception reads {name}")
        if name != loss and flow.is_live_after(name, stmts, backward.block, last, backward.stmt):
            if name not in params and not Flow.always_binds(body, name):
                return refused(f"{name} may not be assigned by the step, but is used later")
            outputs.append(name)
    if loss and not Flow.always_binds(body, loss) and loss not in params:
        return refused("the loss is not always computed by the step")
    return tuple(params), tuple(outputs)


def _bound_in_order(body: Sequence[ast.stmt]) -> list[str]:
    """The names that statements bind or change in place, in the order they are first named."""
    bound = set[str]().union(*map(bound_names, body), *map(_changed_by_methods, body))
    return sorted(bound, key=lambda name: min(((n.lineno, n.col_offset) for n in names_in(body, name)), default=(0, 0)))
