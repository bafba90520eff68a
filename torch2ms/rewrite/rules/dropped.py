"""Counts sites in an argument or statement that another rewrite has left out as done, since they are gone with it.

In `torch.zeros(2, device=x.device)` the argument goes, and `x.device` with it: nothing is left to report.
"""

from __future__ import annotations

from torch2ms.model import Outcome
from torch2ms.rewrite.context import FileContext, Rule


def _finish(ctx: FileContext) -> None:
    """`torch.zeros(2, device=x.device)`: where `device=` goes, `x.device` has gone too."""
    for use in ctx.sites():
        decision = ctx.decision(use.node)
        left = decision is not None and decision.outcome in (Outcome.MANUAL, Outcome.UNKNOWN)
        if left and not ctx.survives(use.node, use.stmt):
            ctx.converted(use)


RULE = Rule(finish=_finish, after=("unused_names",))
