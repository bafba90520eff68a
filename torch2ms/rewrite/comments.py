"""The TODO comments above statements with sites that are left, or not certain."""

from __future__ import annotations

import ast

from torch2ms.model import Outcome
from torch2ms.rewrite.context import FileContext
from torch2ms.rewrite.draft import Draft
from torch2ms.rewrite.plan import Insert, Template

TODO = "# TODO(torch2ms): "
_WIDTH = 100


def plan_comments(ctx: FileContext, draft: Draft) -> None:
    """Plan a comment line for each thing to be said of a statement, unless it is there already."""
    lines = ctx.source.lines
    for stmt, texts in _texts(draft).items():
        above = _comments_above(stmt, lines)
        if ctx.uses_mindspore and any(line.startswith(TODO) for line in above):
            continue  # an earlier conversion left this statement, and knew more about it
        comments = [_shorten(TODO + text, _WIDTH - stmt.col_offset) for text in texts]
        new = [comment for comment in comments if not any(_same_comment(comment, old) for old in above)]
        if new:
            draft.plans.add(stmt, Insert("before", Template("\n".join(new).replace("{", "{{").replace("}", "}}"))))


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
