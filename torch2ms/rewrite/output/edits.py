"""The edits of a file: collected in any order, carried out together on its text."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum

from torch2ms.rewrite.output.lines import NEWLINE, TOKEN, Lines, comments_of, lead
from torch2ms.rewrite.plan import Template
from torch2ms.source.text import SourceText


class Rank(IntEnum):
    """The order of edits at one place: what follows a statement, what precedes the next one, then its own."""

    AFTER = 0
    BEFORE = 1
    OWN = 2


@dataclass(slots=True, eq=False)
class Region:
    """Lines to move, in offsets of the new text: `width` characters go after the first `column` ones, `shift` is put
    in front."""

    column: int
    width: int = 0
    shift: str = ""
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class _Edit:
    start: int
    rank: Rank
    end: int
    text: str
    region: Region | None = None


class Edits:
    """The edits of one file, in the making. `render` gives the lines of a template, all but the first indented."""

    def __init__(self, source: SourceText, lines: Lines, render: Callable[[Template, str], str]) -> None:
        self.text = source.text
        self.newline = source.newline
        self.lines = lines
        self.render = render
        self._edits: list[_Edit] = []
        self._regions: list[Region] = []

    def replace(self, start: int, end: int, text: str) -> None:
        """Put a text in place of another one."""
        self._edits.append(_Edit(start, Rank.OWN, end, text))

    def above(self, head: int, template: Template) -> None:
        """Put lines above the line on which a header or statement starts."""
        line, indent = self.lines.logical_start(head), self.lines.indent(head)
        self._insert(line, Rank.BEFORE, self._spaced(indent, template))

    def comments_above(self, head: int, comments: Sequence[str]) -> None:
        """Put comments on lines of their own above a header or statement."""
        if comments:
            text = self._comment_lines(self.lines.indent(head), comments)
            self._insert(self.lines.logical_start(head), Rank.BEFORE, text)

    def below(self, end: int, indent: str, template: Template) -> None:
        """Put lines after the line on which a statement ends."""
        self.at(self.lines.after_line(end), indent, template)

    def at(self, place: int, indent: str, template: Template) -> None:
        """Put lines at the start of a line, or at the end of the file."""
        text = self._spaced(indent, template)
        if place == len(self.text) and not self.text.endswith(("\n", "\r")):
            text = self.newline + text.removesuffix(self.newline)
        self._insert(place, Rank.AFTER, text)

    def delete_lines(self, start: int, stop: int) -> None:
        """Delete lines from the logical one that holds an offset up to another place. Their comments stay."""
        kept = self._comment_lines(self.lines.indent(start), comments_of(self.text[start:stop]))
        self.replace(self.lines.logical_start(start), stop, kept)

    def delete_statements(self, start: int, end: int, leading: bool) -> None:
        """Delete the line of some statements; their comments stay, blank lines around it may go.

        `leading`: nothing of the block is left above it.
        """
        stop = self.lines.after_line(end)
        if comments_of(self.text[start:stop]):
            self.delete_lines(start, stop)
        else:
            line = self.lines.logical_start(start)
            self.replace(*self.lines.with_blank_lines(line, stop, leading), "")

    def open_region(self, place: int, rank: Rank, region: Region) -> Region:
        """Move what follows a place, until the region is closed."""
        self._regions.append(region)
        self._edits.append(_Edit(place, rank, place, "", region))
        return region

    def close_region(self, place: int, region: Region) -> None:
        """End a region."""
        self._edits.append(_Edit(place, Rank.AFTER, place, "", region))

    def done(self) -> str:
        """The text with all edits carried out."""
        text = self._joined()
        return _moved(text, self._regions) if self._regions else text

    def _insert(self, place: int, rank: Rank, text: str) -> None:
        self._edits.append(_Edit(place, rank, place, text))

    def _comment_lines(self, indent: str, comments: Sequence[str]) -> str:
        return "".join(f"{indent}{comment}{self.newline}" for comment in comments)

    def _spaced(self, indent: str, template: Template) -> str:
        """The lines of a template, with the blank lines it starts and ends with."""
        text = template.text
        before, after = len(text) - len(text.lstrip("\n")), len(text) - len(text.rstrip("\n"))
        lines = f"{indent}{self.render(template, indent)}{self.newline}"
        return self.newline * before + lines + self.newline * after

    def _joined(self) -> str:
        pieces: list[str] = []
        length = position = 0
        seen: set[Region] = set()
        for edit in sorted(self._edits, key=lambda edit: (edit.start, edit.rank)):
            # Two deleted lines may both take the blank lines between them along.
            if self.text[edit.start : position].strip():
                raise ValueError(f"overlapping edits at offset {edit.start}")
            kept = self.text[position : edit.start]
            pieces += (kept, edit.text)
            length += len(kept)
            if edit.region is not None:
                if edit.region in seen:
                    edit.region.end = length
                else:
                    edit.region.start = length
                    seen.add(edit.region)
            length += len(edit.text)
            position = max(position, edit.end)
        pieces.append(self.text[position:])
        return "".join(pieces)


def _moved(text: str, regions: Sequence[Region]) -> str:
    """The bodies of deleted and of new headers at their depth; what is inside strings stays."""
    begin = min(region.start for region in regions)
    stop = max(region.end for region in regions)
    strings = [token.span() for token in TOKEN.finditer(text, begin, stop) if token.lastgroup == "string"]
    string_starts = [start for start, _ in strings]
    pieces: list[str] = [text[:begin]]
    line = begin
    while line < stop:
        newline = NEWLINE.search(text, line)
        after = newline.end() if newline else len(text)
        number = bisect_right(string_starts, line) - 1
        in_string = number >= 0 and strings[number][0] < line < strings[number][1]
        around = [region for region in regions if region.start <= line < region.end]
        pieces.append(text[line:after] if in_string or not around else _moved_line(text[line:after], around))
        line = after
    pieces.append(text[line:])
    return "".join(pieces)


def _moved_line(line: str, regions: Sequence[Region]) -> str:
    """A line at the depth that the regions around it give it."""
    column = min(region.column for region in regions)
    blanks = lead(line, 0)
    is_blank = line[blanks : blanks + 1] in {"", "\n", "\r"}
    shift = "" if is_blank else "".join(region.shift for region in regions)
    keep = max(min(column, blanks), blanks - sum(region.width for region in regions))
    # The outer indentation stays, tabs or blanks as they are.
    head = min(column, keep)
    return shift + line[:head] + line[blanks - (keep - head) :]
