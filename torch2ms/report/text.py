"""The report for people: a table with bars, the findings one a line, a last line that sums up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from torch2ms.model import FileError, FileResult, Outcome, Report
from torch2ms.report.written import written_line
from torch2ms.writing.write import Written

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

BAR = 18
# Wide enough for any row when the output is not a terminal: a path must never be broken.
UNLIMITED = 10_000

SHOWN = (Outcome.CONVERTED, Outcome.ADAPTED, Outcome.CHECK, Outcome.MANUAL, Outcome.UNKNOWN)
# These are named even when there are none.
ALWAYS = (Outcome.CONVERTED, Outcome.CHECK, Outcome.MANUAL)
STYLES = {Outcome.CHECK: "yellow", Outcome.MANUAL: "red", Outcome.UNKNOWN: "magenta"}


def write_report(report: Report, stream: TextIO, *, written: Written | None = None, color: bool) -> None:
    """Table, findings, what was written, and a summary."""
    if any(result.sites for result in report.files):
        console_on(stream, color=color).print(_table(report))
    for line in finding_lines(report):
        stream.write(line + "\n")
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


def finding_lines(report: Report) -> Iterator[str]:
    """`file:line:col CODE message → see explain CODE`, in the order of the files."""
    for result in report.files:
        for finding in sorted(result.findings, key=lambda found: (found.span.line, found.span.col)):
            hint = f" ({finding.hint})" if finding.hint else ""
            place = f"{result.path}:{finding.span.line}:{finding.span.col}"
            yield f"{place} {finding.code} {finding.message}{hint} → see explain {finding.code}"


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
        f"{_plural(sum(counts.values()), 'site')}: {', '.join(named)}",
        f"{_plural(len(report.files), 'file')} in {report.seconds:.1f} s",
    ]
    if failed:
        parts.append(_plural(failed, "error"))
    return " · ".join(parts)


def bar(share: float) -> str:
    """A bar of fixed width; full only when the share is."""
    filled = BAR if share >= 1 else min(BAR - 1, round(share * BAR))
    return "▇" * filled + "▁" * (BAR - filled)


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _counts(results: tuple[FileResult, ...]) -> dict[Outcome, int]:
    return {outcome: sum(result.count(outcome) for result in results) for outcome in Outcome}


def _table(report: Report) -> Table:
    from rich.table import Table
    from rich.text import Text

    total = _counts(report.files)
    columns = [outcome for outcome in SHOWN if total[outcome] or outcome in ALWAYS]
    table = Table(box=None, pad_edge=True, header_style="bold")
    table.add_column("file", overflow="fold")
    for title in ("sites", *(outcome.value for outcome in columns)):
        table.add_column(title, justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    for result in report.files:
        if not result.sites:
            continue
        good = result.count(Outcome.CONVERTED) + result.count(Outcome.ADAPTED)
        share = good / len(result.sites)
        numbers = [_number(result.count(outcome), STYLES.get(outcome, "")) for outcome in columns]
        style = "green" if share == 1 else "yellow"
        mark = Text(f"{bar(share)} {int(100 * share):3d} %", style=style)
        table.add_row(Text(str(result.path)), Text(str(len(result.sites))), *numbers, mark)
    return table


def _number(count: int, style: str) -> Text:
    from rich.text import Text

    return Text(str(count), style=style if count else "")
