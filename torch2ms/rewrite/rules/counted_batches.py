"""Makes batch norms count their batches where the file reads `bn.num_batches_tracked`, because MindSpore's do not.

The layers become a class that counts, as those with `momentum=None` do. Where a layer is made in some other way than by
a plain call in the file (a class in a variable, another file), what reads its counter is reported.
"""

from __future__ import annotations

from dataclasses import replace

from torch2ms.mapping.schema import Row
from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.rows.calls import Planned
from torch2ms.rewrite.rules.shared.batch_counts import is_counted


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


RULE = Rule(row=_make)
