"""The TODO comments above statements with sites that are left, or not certain."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from textwrap import wrap

from torch2ms.codes import CODES, Code
from torch2ms.model import Outcome
from torch2ms.rewrite.analysis.blocks import own_nodes
from torch2ms.rewrite.context import FileContext
from torch2ms.rewrite.draft import Decision, Draft
from torch2ms.rewrite.plan import Insert, Template

TODO = "# TODO(torch2ms): "
_NEXT = "#   "
"""How a further line of a comment begins."""
_MARK = re.compile(re.escape(TODO) + r"\[(\w+)\] (.*)")
_WIDTH = 100
_NARROW = 40


def plan_comments(ctx: FileContext, draft: Draft) -> None:
    """Plan a comment for what is to be said of a statement, unless it is there already."""
    lines = ctx.source.lines
    for stmt, texts in _texts(draft).items():
        above = _comments_of(ctx, stmt, lines)
        if any(line.startswith(TODO) for line in above):
            continue  # an earlier conversion left this statement, and knew more about it
        function = ctx.blocks.function(stmt)
        if function is not None and " ".join(texts) in _unwrapped(_comments_above(function, lines)):
            continue  # a statement that was made a function had its comment there
        line = lines[stmt.lineno - 1]
        comment = "\n".join(_wrapped(texts, _WIDTH - len(line) + len(line.lstrip())))
        draft.plans.add(stmt, Insert("before", Template(comment.replace("{", "{{").replace("}", "}}"))))


def leave_marked(ctx: FileContext, draft: Draft) -> dict[ast.stmt, Decision]:
    """Decide the sites of the statements that an earlier conversion has left: they stay, for the same reason.

    A second conversion sees less than the first one did, or more, and the first one told the reader to look.
    """
    marked: dict[ast.stmt, Decision] = {}
    if TODO not in ctx.source.text:
        return marked
    lines = ctx.source.lines
    for stmt in ctx.facts.owners:
        for text in _unwrapped(_comments_of(ctx, stmt, lines)):
            found = _MARK.match(TODO + text)
            code = None if found is None else next((code for code in CODES if code == found[1]), None)
            if found is not None and code is not None:
                marked[stmt] = Decision(Outcome.MANUAL, "", code, "left by an earlier conversion", found[2])
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
    """What is to be said above each statement: the way forward, and what for, of each of its sites; everything once."""
    found: dict[ast.stmt, dict[tuple[Code, str], dict[str, None]]] = {}
    for use in draft.uses:
        decision = draft.decisions.get(use.node)
        if decision is None or decision.code is None or decision.outcome not in (Outcome.MANUAL, Outcome.CHECK):
            continue
        ways = found.setdefault(use.stmt, {})
        ways.setdefault((decision.code, _line(decision.hint)), {})[_line(decision.message)] = None
    return {stmt: [_said(*key, list(why)) for key, why in ways.items()] for stmt, ways in found.items()}


def _said(code: Code, way: str, reasons: list[str]) -> str:
    """`[T2M402] pass a list of rates to the optimizer (no OneCycleLR in MindSpore)`."""
    why = "; ".join(reasons)
    return f"[{code}] {way} ({why})" if way else f"[{code}] {why}"


def _line(text: str) -> str:
    return " ".join(text.split())


def _wrapped(texts: list[str], width: int) -> list[str]:
    """The lines of a comment, none longer than `width` where a space lets it be broken; each text begins a line."""
    lines: list[str] = []
    for text in texts:
        lines += wrap(
            text,
            max(width, _NARROW),
            initial_indent=_NEXT if lines else TODO,
            subsequent_indent=_NEXT,
            break_long_words=False,
            break_on_hyphens=False,
        )
    return lines


def _unwrapped(lines: list[str]) -> list[str]:
    """What the comments among these lines say, each in one line."""
    found: list[str] = []
    for line in lines:
        if line.startswith(TODO):
            found.append(line.removeprefix(TODO))
        elif found and line.startswith(_NEXT):
            found[-1] += " " + line.removeprefix(_NEXT)
    return found


def _comments_of(ctx: FileContext, stmt: ast.stmt, lines: list[str]) -> list[str]:
    """The comment lines above a statement; what stands above an `if` is said of the one error that it raises too.

    `torch._check(left(x), lambda: f"{left(x)}")` becomes such an `if`.
    """
    above = _comments_above(stmt, lines)
    owner = ctx.blocks.places[stmt].owner
    if isinstance(stmt, ast.Raise) and isinstance(owner, ast.If) and owner.body == [stmt]:
        above += _comments_above(owner, lines)
    return above


def _comments_above(stmt: ast.stmt, lines: list[str]) -> list[str]:
    """The comment lines directly above a statement and its decorators."""
    first = min([stmt.lineno, *(d.lineno for d in getattr(stmt, "decorator_list", []))])
    index = first - 2
    while index >= 0 and lines[index].lstrip().startswith("#"):
        index -= 1
    return [line.strip() for line in lines[index + 1 : first - 1]]
