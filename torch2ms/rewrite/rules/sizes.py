"""Counts the elements of a shape with `math.prod`, because shapes are tuples in MindSpore.

`x.shape[1:].numel()` is a method of `torch.Size`; what else a `torch.Size` has, a tuple has too.
"""

from __future__ import annotations

from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.source import kinds as k


def _finish(ctx: FileContext) -> None:
    """Find calls of `numel` on shapes."""
    for call, callee in ctx.facts.calls.items():
        callee = k.settle(callee)
        if not isinstance(callee, k.Member) or callee.name != "numel" or k.settle(callee.receiver) is not k.SHAPE:
            continue
        stmt = ctx.stmt(call)
        shape = getattr(call.func, "value", None)
        if shape is None or call.args or not ctx.has_place(call, stmt):
            continue
        ctx.replace(call, "math.prod({shape})", {"shape": shape})
        ctx.structural(call, stmt, "torch.Size.numel", "math.prod")


RULE = Rule(finish=_finish)
