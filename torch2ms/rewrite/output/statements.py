"""Statements: where they stand in their text, and those that templates write."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import lru_cache

from torch2ms.rewrite.analysis.blocks import own_expressions
from torch2ms.rewrite.output.lines import TOKEN, Lines
from torch2ms.rewrite.output.pairing import Level, slot_levels
from torch2ms.rewrite.output.template import Hole, split_holes
from torch2ms.rewrite.plan import Template, Value
from torch2ms.source.text import SourceText

_COMPOUND = re.compile(r"\s*(?:(?:if|for|while|with|def|class|try|async|match)\b|@)")
_NOT_HEADER = frozenset({"body", "orelse", "finalbody", "handlers", "cases", "decorator_list"})


class Layout:
    """Where the statements of a file stand in its text. Places are offsets in characters."""

    def __init__(self, source: SourceText, lines: Lines) -> None:
        self.source = source
        self.lines = lines

    def start(self, stmt: ast.stmt) -> int:
        """Where a statement starts; its decorators come before that."""
        return self.source.offset(stmt.lineno, stmt.col_offset)

    def end(self, stmt: ast.stmt) -> int:
        """Where a statement ends."""
        return self.source.span(stmt)[1]

    def top(self, stmt: ast.stmt) -> int:
        """Where a statement starts, its decorators included."""
        decorators: list[ast.expr] = getattr(stmt, "decorator_list", [])
        return self.decorator_start(decorators[0], 0) if decorators else self.start(stmt)

    def decorator_start(self, decorator: ast.expr, after: int) -> int:
        """Where the `@` of a decorator is."""
        return self.source.text.rindex("@", after, self.source.span(decorator)[0])

    def decorator_limit(self, decorators: list[ast.expr], index: int, stmt: ast.stmt) -> int:
        """Where what follows a decorator starts: the next one, or the `def` or `class`."""
        if index + 1 < len(decorators):
            return self.decorator_start(decorators[index + 1], self.source.span(decorators[index])[1])
        return self.start(stmt)

    def header_end(self, stmt: ast.stmt, start: int) -> int:
        """The offset just after the colon of a compound statement's header."""
        depth, begin = 0, start
        for part in _header_parts(stmt):
            for node in ast.walk(part) if not isinstance(part, ast.expr) else (part,):
                if isinstance(node, ast.expr | ast.arg | ast.keyword):
                    begin = max(begin, self.source.span(node)[1])
        inside = begin > start
        for token in TOKEN.finditer(self.source.text, begin):
            kind = token.lastgroup
            if kind == "open":
                depth += 1
            elif kind == "close":
                depth -= 1
            elif kind == "colon" and (inside or depth == 0):
                return token.end()
        raise ValueError("no end of header")

    def share_line(self, stmt: ast.stmt, follower: ast.stmt) -> bool:
        """Whether a statement of a block stands on the line on which the one before it ends."""
        line = self.source.line_starts[follower.lineno - 1]
        return follower.lineno == stmt.end_lineno or self.lines.continues(line)


def header_expressions(stmt: ast.stmt) -> Iterator[ast.expr]:
    """The expressions of a statement's header (of a whole simple statement) that are part of no other one."""
    for part in _header_parts(stmt):
        if isinstance(part, ast.expr):
            yield part
        else:
            yield from own_expressions(part)


def _header_parts(stmt: ast.stmt) -> Iterator[ast.AST]:
    for name in stmt._fields:
        if name not in _NOT_HEADER:
            value = getattr(stmt, name)
            for item in value if isinstance(value, list) else [value]:
                if isinstance(item, ast.AST):
                    yield item


def is_compound(stmt: ast.stmt) -> bool:
    """Whether a statement has a header and a body."""
    return hasattr(stmt, "body") or isinstance(stmt, ast.Match)


def is_docstring(owner: ast.stmt, stmt: ast.stmt) -> bool:
    """Whether the first statement in a body is the docstring of its owner."""
    return (
        isinstance(owner, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and isinstance(stmt, ast.Expr)
        and isinstance(stmt.value, ast.Constant)
        and isinstance(stmt.value.value, str)
    )


def is_comment(template: Template) -> bool:
    """Whether a template has no code."""
    return _is_comment_text(template.text)


def _is_comment_text(text: str) -> bool:
    return all(not line or line.startswith("#") for line in map(str.strip, text.split("\n")))


def needs_lines(template: Template) -> bool:
    """Whether a template cannot share a line with other statements."""
    return "\n" in template.text.strip("\n") or _COMPOUND.match(template.text) is not None


def with_header(stmt: ast.With | ast.AsyncWith, dropped: frozenset[int]) -> Template:
    """The header of a `with` without some of its items, which are given by index."""
    values: dict[str, Value] = {}
    texts: list[str] = []
    for index, item in enumerate(stmt.items):
        if index not in dropped:
            values[f"item{index}"] = item.context_expr
            text = f"{{item{index}}}"
            if item.optional_vars is not None:
                values[f"name{index}"] = item.optional_vars
                text += f" as {{name{index}}}"
            texts.append(text)
    prefix = "async with" if isinstance(stmt, ast.AsyncWith) else "with"
    return Template(f"{prefix} {', '.join(texts)}:", values)


@lru_cache(maxsize=1024)
def compile_statement(text: str) -> tuple[str, dict[str, tuple[Hole, Level]]]:
    """A statement template with an identifier for every placeholder, and what each place asks for.

    The template may be a header (`for …:`), code, or comments; placeholders may stand for any text there.
    """
    code, holes = split_holes(text)
    code = code.strip("\n")
    # A placeholder that is no expression of its own (in a comment, after `def`) is plain text.
    slots = {name: (hole, Level.LOOSE) for name, hole in holes.items()}
    if not holes or _is_comment_text(code):
        return code, slots
    tree = _parse_statement(code)
    if tree is None:
        return code, {name: (hole, Level.ATOM) for name, hole in holes.items()}
    for node in ast.walk(tree):
        for child, slot in slot_levels(node):
            if isinstance(child, ast.Name) and child.id in holes:
                hole = holes[child.id]
                loose = isinstance(node, ast.Assign | ast.Return | ast.For | ast.AsyncFor)
                index = isinstance(node, ast.Subscript) and child is node.slice
                slots[child.id] = (
                    Hole(hole.name, hole.splice, item=index, index=index),
                    Level.LOOSE if loose else slot,
                )
    return code, slots


def _parse_statement(code: str) -> ast.Module | None:
    for before, after in (
        ("", ""),
        ("", " pass"),
        ("if 1: pass\n", " pass"),
        ("try: pass\n", " pass"),
        ("match 1:\n ", " pass"),
    ):
        try:
            return ast.parse(f"{before}{code}{after}")
        except SyntaxError:
            continue
    return None
