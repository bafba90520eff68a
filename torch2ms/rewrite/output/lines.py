"""The lines of a text: where they start and end, how they are indented, which comments they hold."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter

from torch2ms.source.text import SourceText

TOKEN = re.compile(
    r"""(?P<string>\"{3}(?:[^\\]|\\.)*?\"{3}|'{3}(?:[^\\]|\\.)*?'{3}
    |"(?:[^"\\\r\n]|\\\r\n|\\.)*"|'(?:[^'\\\r\n]|\\\r\n|\\.)*')
    |(?P<comment>\#[^\r\n]*)
    |(?P<join>\\(?:\r\n|\r|\n))
    |(?P<newline>\r\n|\r|\n)
    |(?P<open>[\[({])|(?P<close>[\])}])|(?P<colon>:)""",
    re.VERBOSE | re.DOTALL,
)
"""What decides where lines and brackets end; the name of the group that matched is the kind of the token."""

NEWLINE = re.compile(r"\r\n|\r|\n")
_BLANKS = re.compile(r"[ \t\f]*")


class Lines:
    """The lines of a source file. Places in it are offsets in characters."""

    def __init__(self, source: SourceText) -> None:
        self.text = source.text
        self.starts = source.line_starts

    def line_start(self, offset: int) -> int:
        """Where the line of an offset starts."""
        return self.starts[bisect_right(self.starts, offset) - 1]

    def after_line(self, offset: int) -> int:
        """Where the line after this one starts."""
        number = bisect_right(self.starts, offset)
        return self.starts[number] if number < len(self.starts) else len(self.text)

    def starts_line(self, offset: int) -> bool:
        """Whether only indentation comes before an offset, in its line and in those joined to it."""
        line = self.line_start(offset)
        return not self.text[line:offset].strip(" \t\f") and not self.continues(line)

    def continues(self, line: int) -> bool:
        """Whether the line before this one ends in a backslash that joins the two."""
        if line == 0 or not self.text[max(0, line - 3) : line].rstrip("\r\n").endswith("\\"):
            return False
        before = self.line_start(line - 1)
        last = None
        for last in TOKEN.finditer(self.text, before, line):  # noqa: B007
            pass
        return last is not None and last.lastgroup == "join"

    def logical_start(self, offset: int) -> int:
        """The start of the line, or of the first of the lines that backslashes join to it."""
        line = self.line_start(offset)
        while self.continues(line):
            line = self.line_start(line - 1)
        return line

    def indent(self, offset: int) -> str:
        """The indentation of the logical line of an offset."""
        line = self.logical_start(offset)
        return self.text[line : line + lead(self.text, line)]

    def above_comments(self, offset: int) -> int:
        """The start of the comments that stand directly above a line and begin where it does, or of the line."""
        line = self.logical_start(offset)
        column = lead(self.text, line)
        while line:
            above = self.line_start(line - 1)
            if lead(self.text, above) != column or not self.text.startswith("#", above + column):
                break
            line = above
        return line

    def with_blank_lines(self, line: int, stop: int, leading: bool) -> tuple[int, int]:
        """Lines that are deleted, and of the blank ones before and after them the shorter run."""
        before, after = line, stop
        while before and not self.text[self.line_start(before - 1) : before].strip():
            before = self.line_start(before - 1)
        while after < len(self.text) and not self.text[after : self.after_line(after)].strip():
            after = self.after_line(after)
        if line and line - before <= after - stop and not leading:
            return before, stop
        return line, after

    def body_end(self, end: int, column: int) -> int:
        """The end of a body; comments after it that are indented deeper than its header belong to it."""
        line = stop = self.after_line(end)
        while line < len(self.text):
            blanks = lead(self.text, line)
            if self.text.startswith("#", line + blanks) and blanks > column:
                stop = self.after_line(line)
            elif self.text[line : self.after_line(line)].strip():
                break
            line = self.after_line(line)
        return stop


def lead(text: str, line: int) -> int:
    """How many blanks a line starts with."""
    match = _BLANKS.match(text, line)
    return match.end() - line if match else 0


def comments_of(text: str) -> list[str]:
    """The comments in a piece of source, from the `#` on."""
    if "#" not in text:
        return []
    return [token.group() for token in TOKEN.finditer(text) if token.lastgroup == "comment"]


def lost_comments(old: str, new: str) -> list[str]:
    """The comments of the old text that the new one lacks, in their order."""
    if "#" not in old:
        return []
    present = Counter(comments_of(new))
    lost: list[str] = []
    for comment in comments_of(old):
        if present[comment]:
            present[comment] -= 1
        else:
            lost.append(comment)
    return lost


def logical_end(text: str, start: int) -> int:
    """Where the newline is that ends the logical line which starts at an offset."""
    depth = 0
    for token in TOKEN.finditer(text, start):
        kind = token.lastgroup
        if kind == "open":
            depth += 1
        elif kind == "close":
            depth -= 1
        elif kind == "newline" and depth <= 0:
            return token.start()
    return len(text)


def before_space(text: str, offset: int) -> int:
    """Where the blanks and joined lines before an offset begin."""
    while text[offset - 1] in " \t":
        offset -= 1
    for join in ("\\\r\n", "\\\n", "\\\r"):
        if text.endswith(join, 0, offset):
            return before_space(text, offset - len(join))
    return offset


def fits_line(text: str) -> bool:
    """Whether the text of an expression needs no brackets around it to go over its lines."""
    return ("\n" not in text and "\r" not in text) or logical_end(text, 0) == len(text)


def is_word(char: str, quote: bool = False) -> bool:
    """Whether a character would run together with a word beside it; `quote`: a quote counts as one (`f"…"`)."""
    return char.isalnum() or char == "_" or (quote and char in {"'", '"'})
