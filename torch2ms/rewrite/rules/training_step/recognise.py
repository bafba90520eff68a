"""Recognising a step: `loss.backward()`, the `optimizer.step()` after it, the `zero_grad()`s around it."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from torch2ms.rewrite.analysis.flow import bound_names
from torch2ms.rewrite.context import FileContext
from torch2ms.rewrite.rows.bind import Refused
from torch2ms.rewrite.rules.shared import guesses
from torch2ms.rewrite.rules.shared.questions import MethodCall, argument, method_call
from torch2ms.rewrite.rules.training_step.step import (
    Backward,
    Left,
    Recognised,
    Update,
    contains_backward,
    is_optimizer_class,
    parameter_owners,
    refused,
)
from torch2ms.source import kinds as k


def backwards(ctx: FileContext) -> list[Backward]:
    """The `loss.backward()` statements of a file, from the top."""
    calls = [call for stmt in ctx.blocks.places if (call := method_call(stmt, "backward")) is not None]
    calls.sort(key=lambda call: call.stmt.lineno)
    return [_placed(ctx, call) for call in calls if _is_of_a_loss(ctx, call)]


def _is_of_a_loss(ctx: FileContext, call: MethodCall) -> bool:
    kind = k.settle(ctx.kind(call.receiver))
    if isinstance(kind, (k.Module, k.Instance, k.Ref, k.StoredApi, k.ClassRef)):
        return False
    # `accelerator.backward(loss)` and the like are somebody else's method.
    return k.is_tensor(kind) or not call.call.args


def _placed(ctx: FileContext, call: MethodCall) -> Backward:
    place, following = ctx.blocks.places[call.stmt], ctx.blocks.rest(call.stmt)
    guard = place.owner
    # `if training: loss.backward(); …`, the loss being computed before the `if`.
    if (
        isinstance(guard, ast.If)
        and place.block is guard.body
        and not guard.orelse
        and isinstance(call.receiver, ast.Name)
        and not any(call.receiver.id in bound_names(stmt) for stmt in place.block)
    ):
        outer = ctx.blocks.places[guard]
        return Backward(call, outer.block, outer.index, following, guard)
    return Backward(call, place.block, place.index, following)


def recognise(ctx: FileContext, backward: Backward) -> Recognised | Left:
    """Find what belongs to a backward."""
    call = _find_update(ctx, backward)
    if isinstance(call, Left):
        return call
    if backward.call.has_arguments:
        return _left(backward, call, refused("backward() is given arguments"))
    scaled = _scaled(ctx, backward.loss)
    if scaled is not None:
        return _left(backward, call, scaled)
    if call is None:
        reason = "no optimizer.step() follows in the same block, gradients may accumulate"
        return _left(backward, call, refused(reason))
    at = backward.following.index(call.stmt)
    update = Update(call, _given(ctx, call), backward.following[:at], backward.following[at + 1 :])
    resets = _find_resets(ctx, backward, update)
    if isinstance(resets, Refused):
        return _left(backward, call, resets)
    return Recognised(backward, update, resets, _assumptions(update, resets))


def _left(backward: Backward, update: MethodCall | None, why: Refused) -> Left:
    return Left((backward.call,) if update is None else (backward.call, update), why)


def _scaled(ctx: FileContext, loss: ast.expr) -> Refused | None:
    """Why `scaler.scale(loss)` is refused; the scaler is known by where it is made, or else guessed by its name."""
    hint = "MindSpore scales the loss inside the differentiated function"
    scalers = {
        ast.unparse(target)
        for stmt in ctx.blocks.places
        if isinstance(stmt, ast.Assign)
        and isinstance(stmt.value, ast.Call)
        and ctx.facts.refs.get(stmt.value.func, "").endswith(".GradScaler")
        for target in stmt.targets
    }
    if any(isinstance(node, ast.Attribute) and ast.unparse(node.value) in scalers for node in ast.walk(loss)):
        return refused("the loss is scaled", hint)
    if guesses.suggests_scaler(ast.unparse(loss)):
        return refused("the loss seems to be scaled: a scaler is named in it", hint)
    return None


# ---------------------------------------------------------------------- optimizer.step()


def _find_update(ctx: FileContext, backward: Backward) -> MethodCall | Left | None:
    """The `optimizer.step()` that belongs to a backward."""
    update: MethodCall | None = None
    for stmt in backward.following:
        if contains_backward(stmt):
            if update is None:
                return _left(backward, None, refused("another backward() comes before step(), gradients add up"))
            break
        call = method_call(stmt, "step")
        if call is None or not _is_optimizer(ctx, call.receiver):
            continue
        if update is not None:
            return _left(backward, update, refused("two optimizers share one backward()"))
        update = call
        if call.has_arguments:
            return _left(backward, update, refused("step() is given a closure"))
    return update


def _is_optimizer(ctx: FileContext, node: ast.expr) -> bool:
    """Whether an expression is an optimizer: by kind, or else by its name and how it is used."""
    kind = k.settle(ctx.kind(node))
    if isinstance(kind, k.Instance):
        return isinstance(kind.cls, str) and is_optimizer_class(kind.cls)
    if not isinstance(kind, (k.Var, k.Member)) and kind is not k.UNKNOWN:
        return False
    if not isinstance(node, (ast.Name, ast.Attribute)):
        return False
    return guesses.suggests_optimizer(ast.unparse(node), ctx.source.text)


def _given(ctx: FileContext, update: MethodCall) -> ast.expr | None:
    """What an optimizer was given, where that is plain: its only assignment creates it."""
    optimizer = update.receiver
    text, scopes = ast.unparse(optimizer), (ctx.blocks.scope(update.stmt), ctx.tree)
    found: list[ast.expr | None] = []
    for other in ctx.blocks.places:
        if isinstance(other, ast.Assign) and any(ast.unparse(target) == text for target in other.targets):
            if not isinstance(optimizer, ast.Attribute) and ctx.blocks.scope(other) not in scopes:
                continue
            if not isinstance(other.value, ast.Call):
                return None
            found.append(argument(other.value, 0, "params"))
    return found[0] if len(found) == 1 else None


# ---------------------------------------------------------------------- zero_grad()


def _find_resets(ctx: FileContext, backward: Backward, update: Update) -> tuple[MethodCall, ...] | Refused:
    """The statements that reset the gradients; there must be one between two backward()s."""
    before = _statements_before(ctx, backward)
    found: list[MethodCall] = []
    for stmt in (*_until_backward(before), *_until_backward(update.after)):
        reset = _reset(ctx, update, stmt)
        if reset is not None:
            found.append(reset)
    if any(_reset(ctx, update, stmt) is not None for stmt in update.between):
        return refused("the gradients are reset between backward() and step()")
    if found:
        return tuple(found)
    if any(map(contains_backward, before)):
        return refused("no zero_grad() since another backward(), gradients add up")
    return refused("no zero_grad() in the same block, gradients may accumulate")


def _until_backward(stmts: Sequence[ast.stmt]) -> Sequence[ast.stmt]:
    """The statements up to the first that holds another backward."""
    end = next((number for number, stmt in enumerate(stmts) if contains_backward(stmt)), len(stmts))
    return stmts[:end]


def _statements_before(ctx: FileContext, backward: Backward) -> list[ast.stmt]:
    """What runs before a backward in the same turn, nearest first; what guards it and `with` blocks are left."""
    places = ctx.blocks.places
    place = places[backward.stmt]
    found = list(reversed(place.block[: place.index]))
    while isinstance(owner := place.owner, ast.With) or (isinstance(owner, ast.If) and owner is backward.guard):
        place = places[owner]
        found += reversed(place.block[: place.index])
    return found


def _reset(ctx: FileContext, update: Update, stmt: ast.stmt) -> MethodCall | None:
    """A statement as a reset of all the gradients that an update uses."""
    call = method_call(stmt, "zero_grad")
    if call is None or _resets_optimizer(update, call):
        return call
    kind = k.settle(ctx.kind(call.receiver))
    if _is_optimizer(ctx, call.receiver) or isinstance(kind, k.Instance):
        return None
    # Where nothing tells whose parameters the optimizer has (no owners), a model that is reset is taken to have them.
    text = ast.unparse(call.receiver)
    return call if all(f"{owner}.".startswith(f"{text}.") for owner in parameter_owners(update.given)) else None


def _resets_optimizer(update: Update, reset: MethodCall) -> bool:
    return ast.unparse(reset.receiver) == ast.unparse(update.optimizer)


def _assumptions(update: Update, resets: Sequence[MethodCall]) -> tuple[str, ...]:
    """What is assumed of resets that are not the optimizer's own."""
    if parameter_owners(update.given):
        return ()
    optimizer = ast.unparse(update.optimizer)
    texts = dict.fromkeys(ast.unparse(reset.receiver) for reset in resets if not _resets_optimizer(update, reset))
    return tuple(f"{text}.zero_grad() is taken to reset all parameters of {optimizer}" for text in texts)
