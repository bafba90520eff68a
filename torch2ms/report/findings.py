"""The findings for people: one a line, grouped by what must be done, notes apart from work."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from torch2ms.codes import Code
from torch2ms.model import FileResult, Finding, Outcome, Report
from torch2ms.report.already import is_mindspore
from torch2ms.report.styles import BOLD, DIM, MAGENTA, RED, YELLOW, styled
from torch2ms.report.wording import plural

# Imports that stay are one note of a file, however many there are.
KEPT_IMPORTS: tuple[Code, ...] = ("T2M102", "T2M103")


class Group(Enum):
    """What a finding asks of the reader: what it is called in a line, the title above such lines, its colour."""

    NOTE = ("note", "Notes, with nothing to do", DIM)
    UNKNOWN = ("unknown", "Left, because they may not be torch's: say what they are with an annotation", MAGENTA)
    CHECK = ("check", "Converted, to be checked", YELLOW)
    MANUAL = ("manual", "Left, to be done by hand", RED)

    @property
    def word(self) -> str:
        """What it is called in a line."""
        return self.value[0]

    @property
    def title(self) -> str:
        """What stands above such lines."""
        return self.value[1]

    @property
    def style(self) -> str:
        """Its colour."""
        return self.value[2]


OF_OUTCOME = {
    Outcome.MANUAL: Group.MANUAL,
    Outcome.CHECK: Group.CHECK,
    Outcome.UNKNOWN: Group.UNKNOWN,
    Outcome.ADAPTED: Group.NOTE,
    Outcome.CONVERTED: Group.NOTE,
}


@dataclass(frozen=True, slots=True)
class Line:
    """A finding, or several of one file that are said together."""

    path: Path
    line: int
    col: int
    code: Code
    group: Group
    text: str

    def shown(self, *, color: bool) -> str:
        """`file:line:col CODE manual: message → way forward`."""
        place = styled(f"{self.path}:{self.line}:{self.col}", BOLD, color=color)
        return f"{place} {self.code} {styled(self.group.word, self.group.style, color=color)}: {self.text}"


def group_of(finding: Finding) -> Group:
    """What a finding asks of the reader. One of no site asks something when it says what can be done."""
    if finding.outcome is None:
        return Group.CHECK if finding.hint else Group.NOTE
    return OF_OUTCOME[finding.outcome]


def finding_lines(report: Report, *, notes: bool, color: bool = False) -> Iterator[str]:
    """The findings under their titles, the work last; notes only counted unless `notes`."""
    lines = list(dict.fromkeys(line for result in report.files for line in _of_file(result)))
    for group in Group:
        members = sorted((line for line in lines if line.group is group), key=lambda line: line.code)
        if not members:
            continue
        if group is Group.NOTE and not notes:
            yield styled(f"{plural(len(members), 'note')}, with nothing to do: -v shows them", DIM, color=color)
            continue
        yield styled(f"{group.title} ({len(members)}):", BOLD, color=color)
        yield from (line.shown(color=color) for line in members)


def _of_file(result: FileResult) -> Iterator[Line]:
    kept = [finding for finding in result.findings if finding.code in KEPT_IMPORTS and finding.outcome is None]
    rest = [finding for finding in result.findings if finding not in kept]
    if is_mindspore(result):
        rest = [finding for finding in rest if finding.outcome is not Outcome.UNKNOWN]
    if kept:
        yield _kept_imports(result.path, kept)
    for finding in sorted(rest, key=lambda found: (found.span.line, found.span.col)):
        text = f"{finding.message} → {finding.hint}" if finding.hint else finding.message
        span = finding.span
        yield Line(result.path, span.line, span.col, finding.code, group_of(finding), _one_line(text))


def _kept_imports(path: Path, kept: Sequence[Finding]) -> Line:
    first = kept[0]
    text = "; ".join(_once(finding.message for finding in kept))
    if len(kept) > 1:
        text = f"imports stay in lines {', '.join(str(found.span.line) for found in kept)}: {text}"
    return Line(path, first.span.line, first.span.col, first.code, Group.NOTE, _one_line(text))


def _once(texts: Iterable[str]) -> Iterable[str]:
    return dict.fromkeys(texts)


def _one_line(text: str) -> str:
    return " ".join(text.split())
