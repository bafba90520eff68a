"""What the moved statements read from outside: it must carry no gradient, for the function would not follow it."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from torch2ms.rewrite.analysis.flow import Flow, loaded_names
from torch2ms.rewrite.context import FileContext
from torch2ms.rewrite.rows.bind import Refused
from torch2ms.rewrite.rules.shared import carriers
from torch2ms.rewrite.rules.shared.questions import argument
from torch2ms.rewrite.rules.training_step.step import Backward, refused
from torch2ms.source import kinds as k


@dataclass(frozen=True, slots=True, eq=False)
class Forward:
    """The statements of a block that compute a loss."""

    backward: Backward
    stmts: Sequence[ast.stmt]
    recorded: Mapping[ast.stmt, frozenset[str]]
    """The statements that earlier steps moved, and the names whose values keep the record of how they came about."""

    @property
    def start(self) -> int:
        """Where the first of them stands in the block."""
        return self.backward.block.index(self.stmts[0])

    def keeps(self, stmt: ast.stmt, name: str) -> bool:
        """Whether a name was computed by the earlier step that a statement belongs to."""
        return name in self.recorded.get(stmt, ())

    def reads_gradient(self, ctx: FileContext, name: str) -> bool:
        """Whether what a name held before these statements takes part in the loss with its gradient."""
        return Flow.effect(self.stmts, name) != "kills" and not carriers.is_stopped(ctx, name, self.stmts)


def kept_from_before(ctx: FileContext, forward: Forward) -> list[str]:
    """Names computed inside an earlier step of the block that these statements use with their gradient."""
    found: list[str] = []
    earlier = forward.backward.block[: forward.start]
    for name in sorted(set[str]().union(*map(loaded_names, forward.stmts))):
        last = next((stmt for stmt in reversed(earlier) if Flow.always_binds([stmt], name)), None)
        if last is not None and forward.keeps(last, name) and forward.reads_gradient(ctx, name):
            found.append(name)
    return found


def check_forward(ctx: FileContext, forward: Forward) -> Refused | None:
    """The forward pass is there, not only the loss."""
    if any(carriers.is_forward(ctx, node) for stmt in forward.stmts for node in ast.walk(stmt)):
        return None
    return refused("the forward pass is not in the block of backward()")


def check_outside(ctx: FileContext, forward: Forward) -> Refused | None:
    """What comes from outside carries no gradient, or one that is on record."""
    nodes = (node for stmt in forward.stmts for node in ast.walk(stmt))
    read = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    for name in sorted(read):
        if forward.reads_gradient(ctx, name):
            refusal = _check_value(ctx, forward, name, forward.start, frozenset())
            if refusal is not None:
                return refusal
    return None


def _check_value(ctx: FileContext, forward: Forward, name: str, number: int, seen: frozenset[str]) -> Refused | None:
    """What a name holds before a statement of the block, followed through the block to where it came from."""
    for index in range(number - 1, -1, -1):
        before = forward.backward.block[index]
        if forward.keeps(before, name):
            return None
        if not Flow.always_binds([before], name):
            continue
        if carriers.records_nothing(ctx, before):
            return None
        if carriers.surely_carries(ctx, before):
            break
        for source in sorted(loaded_names(before) - seen):
            if not carriers.is_stopped(ctx, source, [before]):
                refusal = _check_value(ctx, forward, source, index, seen | {name, source})
                if refusal is not None:
                    return refusal
        return None
    return _check_stores(ctx, forward, name)


def _check_stores(ctx: FileContext, forward: Forward, name: str) -> Refused | None:
    """What a name is given anywhere above the step, or by the callers of its function."""
    backward = forward.backward.stmt
    for _, store in ctx.blocks.stores(name, ctx.blocks.scope(backward)):
        around = (store, *ctx.blocks.above(store))
        if any(forward.keeps(s, name) or carriers.records_nothing(ctx, s) or s in forward.stmts for s in around):
            continue
        if store.lineno < backward.lineno and carriers.surely_carries(ctx, store):
            return _refused(name, "outside of the step")
    if _is_passed_with_gradient(ctx, name, ctx.blocks.function(backward)):
        return _refused(name, "the caller")
    return None


def _refused(name: str, origin: str) -> Refused:
    hint = f"compute {name} in the function whose gradients are taken"
    return refused(f"{name} carries a gradient from {origin}", hint)


def _is_passed_with_gradient(
    ctx: FileContext, name: str, function: ast.FunctionDef | ast.AsyncFunctionDef | None
) -> bool:
    """Whether a call in this file passes what a module computed as this parameter of a function."""
    if function is None:
        return False
    names = [arg.arg for arg in (*function.args.posonlyargs, *function.args.args)]
    for call, called in ctx.facts.calls.items():
        kind = k.settle(called)
        if not isinstance(kind, k.FuncRef) or kind.func.node is not function:
            continue
        position = names.index(name) - kind.bound if name in names else len(call.args)
        value = argument(call, position, name) if position >= 0 else None
        if value is None:
            continue
        if carriers.is_computed(ctx, value):
            return True
        if isinstance(value, ast.Name) and _is_given_gradient(ctx, value.id, ctx.stmt(call)):
            return True
    return False


def _is_given_gradient(ctx: FileContext, name: str, stmt: ast.stmt) -> bool:
    """Whether a name is given what a module computes, anywhere in the scope of a statement."""
    for _, store in ctx.blocks.stores(name, ctx.blocks.scope(stmt)):
        around = (store, *ctx.blocks.above(store))
        if carriers.surely_carries(ctx, store) and not any(carriers.records_nothing(ctx, s) for s in around):
            return True
    return False
