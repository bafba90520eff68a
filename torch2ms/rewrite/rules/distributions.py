"""Converts members of distributions: the classes that stand for those of `torch.distributions` have the same names.

MindSpore's own distributions take and give other things. What such a class lacks, `icdf` say, is left.
"""

from __future__ import annotations

from torch2ms.mapping.known import own_members
from torch2ms.mapping.schema import Row
from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use

_MODULE = "torch.distributions."


def _member(ctx: FileContext, use: Use, row: Row | None) -> bool:
    if row is not None or use.receiver is None or not use.name.startswith(_MODULE):
        return False
    cls, _, member = use.name.rpartition(".")
    made = ctx.tables.row(cls)
    if made is None:
        return False
    if made.body.helper is None:
        return ctx.manual(use, "T2M201", f"it belongs to {cls}, which stays torch's")
    helper = ctx.tables.helpers[made.body.helper]
    if member.startswith("_") or member not in own_members(helper):
        return ctx.manual(use, "T2M202", f"{helper.defines}, which stands for {cls}, has no {member}")
    return ctx.converted(use, f"{helper.defines}.{member}")


RULE = Rule(row=_member)
