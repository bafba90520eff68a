"""Sites inside an argument or statement that another rewrite left out are done with it."""

from __future__ import annotations

from torch2ms.model import Outcome
from torch2ms.rewrite.context import Rewriter


def finish(rw: Rewriter) -> None:
    """`torch.zeros(2, device=x.device)`: where `device=` goes, `x.device` has gone too."""
    for use in rw.uses:
        decision = rw.decisions.get(use.node)
        left = decision is not None and decision.outcome in (Outcome.MANUAL, Outcome.UNKNOWN)
        if left and not rw.survives(use.node, use.stmt):
            rw.converted(use)
