"""Leaves a scheduler torch's where its optimizer stays torch's, because it could not drive it otherwise."""

from __future__ import annotations

import ast

from torch2ms.model import Outcome
from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.rules.shared.questions import argument

_SCHEDULERS = "torch.optim.lr_scheduler."


def _finish(ctx: FileContext) -> None:
    """Take back the conversion of schedulers whose optimizer is left."""
    left = {
        use.call
        for use in ctx.sites()
        if use.call is not None
        and use.name.startswith("torch.optim.")
        and use.receiver is None
        and ctx.outcome(use) is Outcome.MANUAL
    }
    if not left:
        return
    for use in ctx.sites():
        call = use.call
        if call is None or use.receiver is not None or not use.name.startswith(_SCHEDULERS):
            continue
        optimizer = argument(call, 0, "optimizer")
        if optimizer is not None and not left.isdisjoint(_creators(ctx, optimizer, use.stmt)):
            ctx.unplan(call)
            ctx.manual(
                use, "T2M401", "its optimizer stays as it was", "convert the optimizer first, then its scheduler"
            )


def _creators(ctx: FileContext, node: ast.expr, stmt: ast.stmt) -> set[ast.expr]:
    """The calls an optimizer may come from: itself, or what is assigned to its name."""
    if isinstance(node, ast.Call):
        return {node}
    text, owner = ast.unparse(node), ctx.facts.owners.get(stmt)
    found: set[ast.expr] = set()
    for other in set(ctx.facts.stmts.values()):
        if not isinstance(other, ast.Assign):
            continue
        seen_here = isinstance(node, ast.Attribute) or ctx.facts.owners.get(other) in (owner, None)
        if seen_here and any(ast.unparse(target) == text for target in other.targets):
            found.add(other.value)
    return found


RULE = Rule(finish=_finish)
