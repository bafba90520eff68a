"""The text of a Python file as a syntax tree, or one line that says why there is none."""

from __future__ import annotations

import ast
import re
import symtable
import warnings

# What only Python 2 accepts: print and exec statements, `except X, e:`, `raise X, "…"`, `<>`, 0777, 1L, ur"".
_PYTHON2_LINE = re.compile(
    r"^\s*(print\b(?!\s*[(=.,)\]])|print\s*>>|exec\s+[\w\"'])"
    r"|^\s*(except\s+[\w.()]+\s*,\s*\w+\s*:|raise\s+[\w.]+\s*,)"
    r"|<>|\b0[0-7]+[lL]?\b|\b\d+[lL]\b|\b[uU][rR][\"']"
)
_PYTHON2_MESSAGES = ("Missing parentheses in call to", "multiple exception types")
_NEWLINE = re.compile(r"\r\n|\r|\n")


class ParseError(ValueError):
    """The text is not valid Python 3: why, on one line. `line` and `col` count from 1, 0 when there is no place."""

    def __init__(self, message: str, line: int = 0, col: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.col = col


def parse(text: str) -> ast.Module:
    """The tree of a file. Raises ParseError, whose message says so where the text is Python 2."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an escape like "\d" is the author's own
            return ast.parse(text)
    except SyntaxError as error:
        line, col = error.lineno or 0, error.offset or 0
        message = f"Python 2 source: {error.msg}" if _is_python2(error.msg, text, line) else error.msg
        raise ParseError(message, line, col) from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise ParseError(str(error) or "the file cannot be parsed") from error


def check(text: str) -> None:
    """Raise ParseError where a text is no Python 3. Cheaper than `parse`: no tree is made of it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            symtable.symtable(text, "<text>", "exec")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        parse(text)  # a tree can be made of a text whose names are at odds: `nonlocal x` without an `x`


def _is_python2(message: str, text: str, line: int) -> bool:
    """Whether the line at fault, or what the parser says of it, is Python 2's."""
    if any(said in message for said in _PYTHON2_MESSAGES):
        return True
    lines = _NEWLINE.split(text)
    return 0 < line <= len(lines) and _PYTHON2_LINE.search(lines[line - 1]) is not None
