"""Keeps one branch of an `if` whose condition is known: `if torch.backends.mps.is_available():` never runs.

The branch that stays takes the place of the `if`. What other rules have answered counts, not what the source says.
"""

from __future__ import annotations

import ast

from torch2ms.model import Outcome
from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.plan import KeepBranch
from torch2ms.rewrite.rules.shared.answers import known_answer

_STAYS = (ast.Yield, ast.YieldFrom, ast.Await, ast.Global, ast.Nonlocal)


def _finish(ctx: FileContext) -> None:
    """Look at every `if` of the file, inner ones first."""
    if not ctx.has_plans():
        return
    for stmt in sorted(ctx.blocks.places, key=lambda stmt: (-stmt.lineno, -stmt.col_offset)):
        if isinstance(stmt, ast.If) and not ctx.is_deleted(stmt):
            value = known_answer(ctx, stmt.test)
            if value is not None:
                _fold(ctx, stmt, value)


def _fold(ctx: FileContext, stmt: ast.If, value: bool) -> None:
    gone, kept = (stmt.orelse, stmt.body) if value else (stmt.body, stmt.orelse)
    inside = {node for part in gone for node in ast.walk(part)}
    if any(isinstance(node, _STAYS) for node in inside) or (value and _is_elif(ctx, stmt)):
        return
    if all(_vanishes(ctx, part) for part in kept) and not _is_elif(ctx, stmt):
        ctx.drop_stmt(stmt)
    else:
        ctx.keep_branch(stmt, value)
    for use in ctx.sites():
        if use.node in inside and ctx.outcome(use) is not Outcome.CONVERTED:
            ctx.converted(use)


def _vanishes(ctx: FileContext, stmt: ast.stmt) -> bool:
    """Whether nothing is left of a statement."""
    plans = ctx.stmt_plans(stmt)
    is_last_branch = isinstance(stmt, ast.If) and not stmt.orelse and _is_elif(ctx, stmt)
    return len(plans) == 1 and (ctx.is_deleted(stmt) or (is_last_branch and isinstance(plans[0], KeepBranch)))


def _is_elif(ctx: FileContext, stmt: ast.If) -> bool:
    owner = ctx.blocks.places[stmt].owner
    return isinstance(owner, ast.If) and owner.orelse == [stmt] and ctx.text(stmt).startswith("elif")


RULE = Rule(finish=_finish, after=("device",))
