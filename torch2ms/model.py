"""The values every part of torch2ms exchanges: frozen, picklable, without behaviour of their own."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from torch2ms.codes import Code
from torch2ms.source.text import Span, decode


class Outcome(StrEnum):
    """What became of a site. The outcomes of a file sum to its sites."""

    CONVERTED = "converted"
    ADAPTED = "adapted"
    CHECK = "check"
    MANUAL = "manual"
    UNKNOWN = "unknown"


class Status(StrEnum):
    """What became of a file."""

    CHANGED = "changed"
    UNCHANGED = "unchanged"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Site:
    """One use of a torch API. `torch` is its canonical name, `mindspore` what it became ("" when it was left)."""

    torch: str
    mindspore: str
    span: Span
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Finding:
    """Something the reader must know. `outcome` is None when it belongs to no site (an import that stays)."""

    code: Code
    message: str
    hint: str
    torch: str
    mindspore: str
    span: Span
    out_line: int
    outcome: Outcome | None


@dataclass(frozen=True, slots=True)
class FileError:
    """Why a file could not be converted: one clear line. `line` is 0 when there is none."""

    code: Code
    message: str
    line: int = 0
    col: int = 0


@dataclass(frozen=True, slots=True)
class FileResult:
    """The conversion of one file. `output` equals `source` when nothing changes or there is an error."""

    path: Path
    status: Status
    source: bytes
    output: bytes
    sites: tuple[Site, ...] = ()
    findings: tuple[Finding, ...] = ()
    error: FileError | None = None
    seconds: float = 0.0

    @property
    def text(self) -> str:
        """The output as text (UTF-8, or the file's own declared encoding)."""
        return decode(self.output).text

    def count(self, outcome: Outcome) -> int:
        """Number of sites with this outcome."""
        return sum(1 for site in self.sites if site.outcome is outcome)

    @property
    def clean(self) -> bool:
        """Whether every site is converted or adapted."""
        return self.error is None and all(s.outcome in (Outcome.CONVERTED, Outcome.ADAPTED) for s in self.sites)


@dataclass(frozen=True, slots=True)
class Settings:
    """What the user asked for. Immutable; pickles to worker processes.

    `on_cpu`: the output may run on a CPU, so that faults of MindSpore's kernels there matter.
    """

    mappings: tuple[Path, ...] = ()
    todo_comments: bool = True
    on_cpu: bool = True


@dataclass(frozen=True, slots=True)
class Report:
    """A whole run."""

    files: tuple[FileResult, ...]
    errors: tuple[tuple[Path, FileError], ...] = field(default=())
    seconds: float = 0.0
