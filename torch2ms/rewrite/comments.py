"""The TODO comments above statements with sites that are left, or not certain."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping

from torch2ms.codes import CODES
from torch2ms.model import Outcome
from torch2ms.rewrite.analysis.blocks import own_nodes
from torch2ms.rewrite.context import FileContext
from torch2ms.rewrite.draft import Decision, Draft
from torch2ms.rewrite.plan import Insert, Template

TODO = "# TODO(torch2ms): "
_MARK = re.compile(re.escape(TODO) + r"\[(\w+)\] (.*)")
_WIDTH = 100


def plan_comments(ctx: FileContext, draft: Draft) -> None:
    """Plan a comment line for each thing to be said of a statement, unless it is there already."""
    lines = ctx.source.lines
    for stmt, texts in _texts(draft).items():
        above = _comments_of(ctx, stmt, lines)
        if any(line.startswith(TODO) for line in above):
            continue  # an earlier conversion left this statement, and knew more about it
        comments = [_shorten(TODO + text, _WIDTH - stmt.col_offset) for text in texts]
        function = ctx.blocks.function(stmt)
        if function is not None:
            above |= _comments_above(function, lines)  # a statement that was made a function had its comment there
        new = [comment for comment in comments if not any(_same_comment(comment, old) for old in above)]
        if new:
            draft.plans.add(stmt, Insert("before", Template("\n".join(new).replace("{", "{{").replace("}", "}}"))))


def leave_marked(ctx: FileContext, draft: Draft) -> dict[ast.stmt, Decision]:
    """Decide the sites of the statements that an earlier conversion has left: they stay, for the same reason.

    A second conversion sees less than the first one did, or more, and the first one told the reader to look.
    """
    marked: dict[ast.stmt, Decision] = {}
    if TODO not in ctx.source.text:
        return marked
    lines = ctx.source.lines
    for stmt in ctx.facts.owners:
        for line in _comments_of(ctx, stmt, lines):
            found = _MARK.match(line)
            code = None if found is None else next((code for code in CODES if code == found[1]), None)
            if found is not None and code is not None:
                marked[stmt] = Decision(Outcome.MANUAL, "", code, f"left by an earlier conversion: {found[2]}")
    for use in draft.uses:
        if use.stmt in marked:
            draft.decisions[use.node] = marked[use.stmt]
    return marked


def keep_marked(ctx: FileContext, draft: Draft, marked: Mapping[ast.stmt, Decision]) -> None:
    """Take back what rules have planned for the statements that an earlier conversion has left."""
    for stmt in marked:
        draft.plans.stmts.pop(stmt, None)
        for node in own_nodes(stmt):
            if isinstance(node, ast.expr):
                draft.plans.exprs.pop(node, None)
    for use in draft.uses:
        if use.stmt in marked:
            draft.decisions[use.node] = marked[use.stmt]


def _texts(draft: Draft) -> dict[ast.stmt, list[str]]:
    """What is to be said above each statement, everything once."""
    found: dict[ast.stmt, dict[str, None]] = {}
    for use in draft.uses:
        decision = draft.decisions.get(use.node)
        if decision is None or decision.outcome not in (Outcome.MANUAL, Outcome.CHECK):
            continue
        text = f"[{decision.code}] {decision.message}"
        if decision.hint:
            text += f": {decision.hint}"
        found.setdefault(use.stmt, {})[text] = None
    return {stmt: list(texts) for stmt, texts in found.items()}


def _comments_of(ctx: FileContext, stmt: ast.stmt, lines: list[str]) -> set[str]:
    """The comment lines above a statement; what stands above an `if` is said of the one error that it raises too.

    `torch._check(left(x), lambda: f"{left(x)}")` becomes such an `if`.
    """
    above = _comments_above(stmt, lines)
    owner = ctx.blocks.places[stmt].owner
    if isinstance(stmt, ast.Raise) and isinstance(owner, ast.If) and owner.body == [stmt]:
        above |= _comments_above(owner, lines)
    return above


def _comments_above(stmt: ast.stmt, lines: list[str]) -> set[str]:
    """The comment lines directly above a statement and its decorators."""
    first = min([stmt.lineno, *(d.lineno for d in getattr(stmt, "decorator_list", []))])
    above = set()
    index = first - 2
    while index >= 0 and lines[index].lstrip().startswith("#"):
        above.add(lines[index].strip())
        index -= 1
    return above


def _same_comment(a: str, b: str) -> bool:
    """Whether two comments are one, cut at different widths."""
    short, long = sorted((a.removesuffix("…"), b.removesuffix("…")), key=len)
    return a == b or (long.startswith(short) and (a + b).count("…") > 0)


def _shorten(text: str, width: int) -> str:
    text = " ".join(text.split())
    if len(text) <= width:
        return text
    cut = text[: max(width - 1, 40)]
    head, _, _ = cut.rpartition(" ")
    return head.rstrip(" ,:;") + "…"
