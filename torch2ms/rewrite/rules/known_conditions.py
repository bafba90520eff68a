"""Keeps one branch of an `if` whose condition is known: `if torch.backends.mps.is_available():` never runs.

The branch that stays takes the place of the `if`; where it ends in a `return` or `raise`, what can no longer be reached
goes. What other rules have answered counts, not what the source says. A name that holds such an answer,
`HAS_SDPA = hasattr(F, "scaled_dot_product_attention")`, is followed to the conditions that read it, and an `assert` of
what is known to be true goes.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from torch2ms.model import Outcome
from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.plan import KeepBranch
from torch2ms.rewrite.rules.shared.answers import answer, known_answer, only_tested
from torch2ms.rewrite.rules.shared.flags import Flags
from torch2ms.source.syntax import leaves

_STAYS = (ast.Yield, ast.YieldFrom, ast.Await, ast.Global, ast.Nonlocal)


def _finish(ctx: FileContext) -> None:
    """Look at every `if` of the file, inner ones first."""
    if not ctx.has_plans():
        return
    _follow_names(ctx)
    for stmt in sorted(ctx.blocks.places, key=lambda stmt: (-stmt.lineno, -stmt.col_offset)):
        if isinstance(stmt, ast.If | ast.Assert) and not ctx.is_deleted(stmt):
            value = known_answer(ctx, stmt.test)
            if value is not None and isinstance(stmt, ast.If):
                _fold(ctx, stmt, value)
            elif value:
                _drop(ctx, [stmt])


def _follow_names(ctx: FileContext) -> None:
    """Answer the conditions that read a name which holds an answer."""
    flags = Flags(ctx)
    answered = [
        stmt.value
        for stmt in ctx.blocks.places
        if isinstance(stmt, ast.Assign | ast.AnnAssign) and stmt.value is not None and not ctx.is_deleted(stmt)
        if known_answer(ctx, stmt.value) is not None
    ]
    for value in answered:
        for binding in flags.bindings_of(value):
            held = known_answer(ctx, value)
            for node in flags.reads(binding) if held is not None else ():
                stmt = ctx.parents.stmt(node)
                if ctx.plan(node) is None and only_tested(ctx, node, stmt):
                    answer(ctx, node, stmt, held is True)
                    ctx.structural(node, stmt, flags.origin(binding), str(held))
            flags.drop_if_idle(binding)


def _fold(ctx: FileContext, stmt: ast.If, value: bool) -> None:
    gone, kept = (stmt.orelse, stmt.body) if value else (stmt.body, stmt.orelse)
    if any(map(_has_to_stay, gone)):
        return
    if all(_vanishes(ctx, part) for part in kept) and not _is_elif(ctx, stmt):
        ctx.drop_stmt(stmt)
    else:
        ctx.keep_branch(stmt, value)
    _count(ctx, gone)
    place = ctx.blocks.places[stmt]
    after = place.block[place.index + 1 :]
    if leaves(kept) and not isinstance(place.owner, ast.Module) and not any(map(_has_to_stay, after)):
        _drop(ctx, after)


def _drop(ctx: FileContext, stmts: Sequence[ast.stmt]) -> None:
    """Statements that do nothing, or are never reached, go."""
    for stmt in stmts:
        ctx.drop_stmt(stmt)
    _count(ctx, stmts)


def _count(ctx: FileContext, stmts: Sequence[ast.stmt]) -> None:
    """The sites in statements that go are done."""
    inside = {node for part in stmts for node in ast.walk(part)}
    for use in ctx.sites() if inside else ():
        if use.node in inside and ctx.outcome(use) is not Outcome.CONVERTED:
            ctx.converted(use)


def _has_to_stay(stmt: ast.stmt) -> bool:
    """Whether a statement means something to its function even where it is never reached."""
    return any(isinstance(node, _STAYS) for node in ast.walk(stmt))


def _vanishes(ctx: FileContext, stmt: ast.stmt) -> bool:
    """Whether nothing is left of a statement."""
    plans = ctx.stmt_plans(stmt)
    is_last_branch = isinstance(stmt, ast.If) and not stmt.orelse and _is_elif(ctx, stmt)
    return len(plans) == 1 and (ctx.is_deleted(stmt) or (is_last_branch and isinstance(plans[0], KeepBranch)))


def _is_elif(ctx: FileContext, stmt: ast.If) -> bool:
    owner = ctx.blocks.places[stmt].owner
    return isinstance(owner, ast.If) and owner.orelse == [stmt] and ctx.text(stmt).startswith("elif")


RULE = Rule(finish=_finish, after=("device",))
