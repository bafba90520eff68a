"""Branches whose statements have all gone: an `if` that holds nothing any more goes with its condition, a loop over
what is written there with its name, a `try` with nothing to catch goes, a `with` of nothing, and a `try` with an empty
`finally` leaves its body."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Sequence

from torch2ms.rewrite.analysis.blocks import Blocks
from torch2ms.rewrite.plan import KeepBranch, Plans, StmtDelete, Unwrap
from torch2ms.rewrite.survival import survives
from torch2ms.source.parents import Parents

_HARMLESS = (ast.Name, ast.Attribute, ast.Constant, ast.UnaryOp, ast.BoolOp, ast.Compare)
_QUESTION = re.compile(r"_?(?:is|has)_\w*(?:available|installed)|find_spec")
"""Functions that only ask whether something is there, by the names such functions have."""


def take_out_emptied(plans: Plans, blocks: Blocks, parents: Parents, text: Callable[[ast.stmt], str]) -> None:
    """Plan what becomes of statements whose branches are all deleted, inner ones first; `text` gives the source of a
    statement."""
    if not plans.stmts:
        return
    parts = (ast.If, ast.Try, ast.For, ast.With)
    found = [stmt for stmt in blocks.places if isinstance(stmt, parts) and not _is_deleted(plans, stmt)]
    for stmt in sorted(found, key=lambda stmt: (-stmt.lineno, -stmt.col_offset)):
        own = plans.stmts.get(stmt, [])
        if isinstance(stmt, ast.Try):
            only_finally = not stmt.handlers and not stmt.orelse and all(_is_deleted(plans, s) for s in stmt.finalbody)
            if only_finally and not own and not all(_is_deleted(plans, part) for part in stmt.body):
                plans.add(stmt, KeepBranch(True))
            elif not own and not stmt.orelse and not stmt.finalbody and all(_is_deleted(plans, s) for s in stmt.body):
                plans.drop(stmt)  # nothing is left that its handlers could catch
            continue
        if isinstance(stmt, ast.With):
            is_unwrapped = any(isinstance(plan, Unwrap) and len(plan.items) == len(stmt.items) for plan in own)
            if is_unwrapped and len(own) == 1 and all(_is_deleted(plans, part) for part in stmt.body):
                plans.drop(stmt)
            continue
        if isinstance(stmt, ast.For):
            if not own and _is_idle_loop(plans, parents, stmt):
                plans.drop(stmt)
            continue
        kept = next((plan for plan in own if isinstance(plan, KeepBranch)), None)
        if len(own) > (kept is not None):
            continue
        if kept is not None:
            is_empty = _is_gone(plans, stmt.body if kept.body else stmt.orelse)
        else:
            is_empty = _is_gone(plans, stmt.body) and _is_gone(plans, stmt.orelse) and _is_harmless(stmt.test)
        if not is_empty or not any(_is_deleted(plans, part) for part in (*stmt.body, *stmt.orelse)):
            continue
        if not _is_elif(blocks, stmt, text(stmt)):
            plans.drop(stmt)
        elif not stmt.orelse:
            plans.stmts[stmt] = [KeepBranch(False)]
            for part in stmt.body:
                plans.drop(part)


def _is_idle_loop(plans: Plans, parents: Parents, stmt: ast.For) -> bool:
    """Whether a loop goes through values that stand there, does nothing any more, and nothing else reads its name."""
    if not isinstance(stmt.iter, ast.Tuple | ast.List) or stmt.orelse or not isinstance(stmt.target, ast.Name):
        return False
    if not all(isinstance(item, ast.Constant | ast.Name) for item in stmt.iter.elts):
        return False
    if not all(_is_deleted(plans, part) for part in stmt.body):
        return False
    names = parents.names(stmt.target.id)
    return not any(isinstance(n.ctx, ast.Load) and survives(plans, parents, n, parents.stmt(n)) for n in names)


def _is_gone(plans: Plans, stmts: Sequence[ast.stmt]) -> bool:
    """Whether nothing is left of the statements of a block."""
    return all(isinstance(stmt, ast.Pass) or _is_deleted(plans, stmt) for stmt in stmts)


def _is_deleted(plans: Plans, stmt: ast.stmt) -> bool:
    """Whether a statement goes, and nothing is put in its place."""
    own = plans.stmts.get(stmt, [])
    return bool(own) and all(isinstance(plan, StmtDelete) for plan in own)


def _is_harmless(node: ast.expr) -> bool:
    """Whether evaluating a condition does nothing else."""
    if isinstance(node, ast.Call):
        name = ast.unparse(node.func).rpartition(".")[2]
        return not node.keywords and _QUESTION.fullmatch(name) is not None and all(map(_is_harmless, node.args))
    return isinstance(node, _HARMLESS) and all(
        _is_harmless(child) for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)
    )


def _is_elif(blocks: Blocks, stmt: ast.If, text: str) -> bool:
    owner = blocks.places[stmt].owner
    return isinstance(owner, ast.If) and owner.orelse == [stmt] and text.startswith("elif")
