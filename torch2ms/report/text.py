"""The report for people: the findings one a line, a table with bars, a last line that sums up."""

from __future__ import annotations

from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from torch2ms.model import FileError, FileResult, Outcome, Report
from torch2ms.report.already import ALREADY, is_mindspore
from torch2ms.report.findings import finding_lines
from torch2ms.report.styles import width_of
from torch2ms.report.table import ALWAYS, SHOWN, table_lines
from torch2ms.report.wording import plural
from torch2ms.report.written import written_line
from torch2ms.writing.write import Written

if TYPE_CHECKING:
    from rich.console import Console

# Wide enough for any row when the output is not a terminal: a path must never be broken.
UNLIMITED = 10_000


class Detail(IntEnum):
    """How much is said: the summary alone; findings that ask for something; everything."""

    QUIET = 0
    USUAL = 1
    FULL = 2


def write_report(
    report: Report,
    stream: TextIO,
    *,
    written: Written | None = None,
    detail: Detail = Detail.USUAL,
    color: bool,
) -> None:
    """Findings, table, what was written, and a summary."""
    if detail is not Detail.QUIET:
        for line in finding_lines(report, notes=detail is Detail.FULL, color=color):
            stream.write(line + "\n")
        for line in table_lines(report.files, width_of(stream), every=detail is Detail.FULL, color=color):
            stream.write(line + "\n")
    if report.files and all(is_mindspore(result) for result in report.files):
        stream.write(f"nothing to convert: {_these(report.files)} {ALREADY}\n")
    if written is not None:
        stream.write(written_line(written) + "\n")
    stream.write(summary_line(report) + "\n")
    stream.flush()


def console_on(stream: TextIO, *, color: bool) -> Console:
    """A console that prints text as it is; a stream that is no terminal has lines without end."""
    from rich.console import Console

    return Console(
        file=stream,
        force_terminal=color,
        no_color=not color,
        width=None if stream.isatty() else UNLIMITED,
        highlight=False,
        emoji=False,
        markup=False,
    )


def error_line(path: Path | None, error: FileError) -> str:
    """An error on one line, whatever its message holds."""
    place = "" if path is None else f"{path}:"
    if path is not None and error.line:
        place += f"{error.line}:{error.col}:" if error.col else f"{error.line}:"
    message = " ".join(error.message.split())
    return f"error: {place} {error.code} {message}" if place else f"error: {error.code} {message}"


def summary_line(report: Report) -> str:
    """`115 sites: 103 converted, 4 check, 8 manual · 2 files in 0.4 s`."""
    counts = _counts(report.files)
    named = [f"{counts[o]} {o.value}" for o in SHOWN if counts[o] or o in ALWAYS]
    failed = len(report.errors) + sum(1 for result in report.files if result.error is not None)
    parts = [
        f"{plural(sum(counts.values()), 'site')}: {', '.join(named)}",
        f"{plural(len(report.files), 'file')} in {report.seconds:.1f} s",
    ]
    already = sum(1 for result in report.files if is_mindspore(result))
    if already:
        parts.insert(1, f"{plural(already, 'file')} {ALREADY}")
    if failed:
        parts.append(plural(failed, "error"))
    return " · ".join(parts)


def _these(results: tuple[FileResult, ...]) -> str:
    return f"{results[0].path} is" if len(results) == 1 else f"all {len(results)} files are"


def _counts(results: tuple[FileResult, ...]) -> dict[Outcome, int]:
    return {outcome: sum(result.count(outcome) for result in results) for outcome in Outcome}
