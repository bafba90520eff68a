"""The names and strings in the text of a template, whose placeholders are not Python."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from functools import lru_cache

from torch2ms.rewrite.analysis.global_names import GlobalUse, global_uses, with_edits

_HOLE = re.compile(r"\{\{|\}\}|\{(\*?)([A-Za-z_]\w*)((?:\[-?\d+\])?)\}")
_SINGLE_QUOTED = re.compile(r"([A-Za-z]*)'([^'\"\\{}]*)'")
_DOUBLE_QUOTED = re.compile(r'([A-Za-z]*)"([^\'"\\{}]*)"')


@lru_cache(maxsize=4096)
def names_in(text: str) -> tuple[GlobalUse, ...]:
    """Where a template (an expression, statements, or the head of one) uses names that it does not bind itself.

    f-strings are left out. Raises SyntaxError.
    """
    code = _as_code(text)
    start = len(code) - len(code.lstrip())
    code = code.strip()
    try:
        ast.parse(code)
    except SyntaxError:
        if code.endswith(":"):
            code = f"{code}\n    pass"
        else:
            code, start = f"({code})", start - 1
    found = (use for use in global_uses(code) if not use.in_string)
    return tuple(GlobalUse(use.start + start, use.end + start, use.names, use.around) for use in found)


@lru_cache(maxsize=4096)
def double_quoted(text: str) -> str:
    """The template with double quotes for its strings, save those that hold a quote, a backslash or a placeholder."""
    return _quoted(text, "'", '"', _SINGLE_QUOTED)


def single_quoted(text: str) -> str:
    """The template with single quotes for its strings, save those that hold a quote, a backslash or a placeholder."""
    return _quoted(text, '"', "'", _DOUBLE_QUOTED)


def _quoted(text: str, old: str, new: str, is_old: re.Pattern[str]) -> str:
    if old not in text:
        return text
    lines = _as_code(text).split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    changes: list[tuple[int, int, str]] = []
    try:
        for token in tokenize.generate_tokens(io.StringIO("\n".join(lines)).readline):
            start, end = starts[token.start[0] - 1] + token.start[1], starts[token.end[0] - 1] + token.end[1]
            match = is_old.fullmatch(text[start:end]) if token.type == tokenize.STRING else None
            if match is not None:
                changes.append((start, end, f"{match[1]}{new}{match[2]}{new}"))
    except (tokenize.TokenError, IndentationError):
        # The end of an open bracket or of the indentation: the strings before it have been seen.
        pass
    return with_edits(text, changes)


def _as_code(text: str) -> str:
    """The text with an identifier of the same length for every placeholder, and plain braces for doubled ones."""
    return _HOLE.sub(_identifier, text)


def _identifier(match: re.Match[str]) -> str:
    if match[2] is None:
        return "{ " if match.group() == "{{" else " }"
    return f"{match[1]}_{match[2]}_{match[3]}"
