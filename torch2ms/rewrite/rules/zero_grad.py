"""Deletes `net.zero_grad()`, because gradients are values in MindSpore and nothing is kept between steps."""

from __future__ import annotations

from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.rules.shared.questions import is_whole_statement


def _zero_grad(ctx: FileContext, use: Use) -> bool:
    if not is_whole_statement(use):
        return ctx.manual(use, "T2M401", "zero_grad is not a statement of its own here")
    ctx.delete_stmt(use.stmt)
    return ctx.adapted(use, "", "MindSpore keeps no gradients between steps: nothing to reset", "T2M401")


RULE = Rule(sites={"torch.nn.Module.zero_grad": _zero_grad})
