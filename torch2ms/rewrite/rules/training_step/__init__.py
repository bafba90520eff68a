"""Makes a training step (`loss.backward(); optimizer.step()`) a function and its gradients, as MindSpore computes them.

The statements that compute the loss move into `forward_fn`, which returns the loss and every name that is read later;
`optimizer(grads)` is the step. MindSpore takes the gradients of the optimizer's parameters, so a step is converted only
where torch's gradients are those of this one `backward()`: where they are reset, and nothing else reads or changes
them.
"""

from __future__ import annotations

from collections.abc import Sequence

from torch2ms.model import Outcome
from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.rows.bind import Refused
from torch2ms.rewrite.rules.training_step.checked import check
from torch2ms.rewrite.rules.training_step.moved import move
from torch2ms.rewrite.rules.training_step.recognise import backwards, recognise
from torch2ms.rewrite.rules.training_step.step import Backward, Left, Written
from torch2ms.rewrite.rules.training_step.written import write


def _finish(ctx: FileContext) -> None:
    """Convert the training steps of a file."""
    if ctx.uses_mindspore or "backward" not in ctx.source.text:
        return
    written: list[Written] = []
    left: list[Left] = []
    for backward in backwards(ctx):
        step = _convert(ctx, backward, written)
        if isinstance(step, Left):
            left.append(step)
            _leave(ctx, step)
        else:
            written.append(step)
    _keep_resets(ctx, left)


def _convert(ctx: FileContext, backward: Backward, earlier: Sequence[Written]) -> Written | Left:
    """Take a step through its stages."""
    recognised = recognise(ctx, backward)
    if isinstance(recognised, Left):
        return recognised
    checked = check(ctx, recognised)
    if isinstance(checked, Refused):
        return Left(recognised.parts, checked)
    recorded = {stmt: step.moved.names for step in earlier for stmt in step.moved.stmts}
    moved = move(ctx, checked, recorded)
    if isinstance(moved, Refused):
        return Left(recognised.parts, moved)
    return write(ctx, moved, earlier)


def _leave(ctx: FileContext, left: Left) -> None:
    """Leave a step as it was, and say why at each of its parts."""
    for part in left.parts:
        ctx.undelete_stmt(part.stmt)
        use = ctx.site(part.callee)
        if use is not None:
            ctx.manual(use, left.refused.code, left.refused.message, left.refused.hint)


def _keep_resets(ctx: FileContext, left: Sequence[Left]) -> None:
    """Where a step stays, the resets around it stay too, whatever another rule said."""
    refusals = {ctx.blocks.scope(step.parts[0].stmt): step.refused for step in left}
    for use in ctx.sites():
        refusal = refusals.get(ctx.blocks.scope(use.stmt)) if use.name == "torch.nn.Module.zero_grad" else None
        decision = ctx.decision(use.node)
        if refusal is not None and decision is not None and decision.outcome is Outcome.ADAPTED:
            ctx.undelete_stmt(use.stmt)
            ctx.manual(use, refusal.code, refusal.message, refusal.hint)


RULE = Rule(finish=_finish)
