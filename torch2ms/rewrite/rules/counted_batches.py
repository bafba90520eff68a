"""Makes batch norms count their batches where the file reads `bn.num_batches_tracked`, because MindSpore's do not.

The layers become a class that counts, as those with `momentum=None` do. Where a layer is made in some other way than by
a plain call in the file (a class in a variable, another file), what reads its counter is reported. So is a momentum
that may be None where it is not written so: MindSpore's layer is given 1 minus it.
"""

from __future__ import annotations

import ast
from dataclasses import replace

from torch2ms.mapping.schema import Row
from torch2ms.model import Outcome
from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.rows.calls import Planned
from torch2ms.rewrite.rules.shared.batch_counts import is_counted
from torch2ms.rewrite.rules.shared.none_values import may_be_none
from torch2ms.rewrite.rules.shared.questions import argument

_NORMS = frozenset(f"torch.nn.BatchNorm{size}d" for size in "123")


def _make(ctx: FileContext, use: Use, row: Row | None) -> bool:
    """`nn.BatchNorm2d(8)`, whose counter is read somewhere in the file."""
    if row is None or use.call is None or not is_counted(ctx, use.name):
        return False
    counting = next((body for body in row.bodies if (body.helper or "").startswith("counting_")), None)
    if counting is None:
        return False
    planned = ctx.calls.plan(use.call, replace(row, body=counting, variants=()), None)
    if not isinstance(planned, Planned):
        return ctx.manual(use, planned.code, planned.message, planned.hint)
    ctx.replace(use.call, planned.plan)
    for name in planned.helpers:
        ctx.helper(name)
    return ctx.converted(use, planned.target)


def _finish(ctx: FileContext) -> None:
    """Look at the momentum of batch norms."""
    for use in ctx.sites():
        if use.name not in _NORMS or use.call is None or ctx.outcome(use) not in (Outcome.CONVERTED, Outcome.ADAPTED):
            continue
        momentum = argument(use.call, 2, "momentum")
        if isinstance(momentum, ast.Name) and may_be_none(ctx, momentum, use.stmt):
            message = f"{momentum.id} may be None here, which in torch means the mean of all batches"
            ctx.doubt(use, message, "T2M301", "give it a number, or write momentum=None")


RULE = Rule(row=_make, finish=_finish)
