"""The files of a run as a table with bars, in the columns that there are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from torch2ms.model import FileResult, Outcome
from torch2ms.report.already import ALREADY, is_mindspore
from torch2ms.report.styles import BOLD, GREEN, MAGENTA, RED, YELLOW, columns, shortened, styled

SHOWN = (Outcome.CONVERTED, Outcome.ADAPTED, Outcome.CHECK, Outcome.MANUAL, Outcome.UNKNOWN)
# These are named even when there are none.
ALWAYS = (Outcome.CONVERTED, Outcome.CHECK, Outcome.MANUAL)
STYLES = {Outcome.CHECK: YELLOW, Outcome.MANUAL: RED, Outcome.UNKNOWN: MAGENTA}
SHORT = {
    Outcome.CONVERTED: "conv",
    Outcome.ADAPTED: "adpt",
    Outcome.CHECK: "check",
    Outcome.MANUAL: "man",
    Outcome.UNKNOWN: "unkn",
}
BAR = 18
# As long as a path must have room for, and as many rows as leave the summary on one screen.
PATH = 24
LEAST = 8
ROWS = 14


def bar(share: float, width: int = BAR) -> str:
    """A bar of fixed width; full only when the share is."""
    filled = width if share >= 1 else min(width - 1, round(share * width))
    return "▇" * filled + "▁" * (width - filled)


@dataclass(frozen=True, slots=True)
class _Layout:
    """The columns of a table: their titles, the room for paths, and for the bar."""

    titles: tuple[str, ...]
    widths: tuple[int, ...]
    path: int
    bar: int


def table_lines(results: Sequence[FileResult], width: int, *, every: bool, color: bool = False) -> Iterator[str]:
    """A row for each file with sites; of many, those with most to do, unless `every` is wanted."""
    rows = [result for result in results if result.sites and not _is_idle(result)]
    if not rows:
        return
    left = 0
    if len(rows) > ROWS and not every:
        most = sorted(rows, key=_work, reverse=True)[:ROWS]
        left = len(rows) - len(most)
        rows = [result for result in rows if result in most]
    outcomes = [o for o in SHOWN if o in ALWAYS or any(result.count(o) for result in rows)]
    layout = _layout(rows, outcomes, width)
    cells = [f"{title:>{size}}" for title, size in zip(layout.titles, layout.widths, strict=True)]
    yield styled(f" {'file':<{layout.path}}  {'  '.join(cells)}".rstrip(), BOLD, color=color)
    for result in rows:
        yield _row(result, outcomes, layout, color=color)
    if left:
        yield f" … and {left} files with less to do: -v shows all"


def _is_idle(result: FileResult) -> bool:
    """Whether a file has nothing to convert and nothing to do: it is MindSpore's already."""
    return is_mindspore(result) and not result.count(Outcome.MANUAL)


def _work(result: FileResult) -> int:
    return sum(result.count(outcome) for outcome in (Outcome.MANUAL, Outcome.CHECK, Outcome.UNKNOWN))


def _layout(rows: Sequence[FileResult], outcomes: Sequence[Outcome], width: int) -> _Layout:
    """The widest columns that leave room for the paths."""
    longest = max(columns(str(result.path)) for result in rows)
    for titles in (
        ("sites", *(outcome.value for outcome in outcomes)),
        ("sites", *(SHORT[outcome] for outcome in outcomes)),
    ):
        widths = tuple(max(len(title), 4) for title in titles)
        for size in (BAR, 10, 5, 0):
            mark = size + 1 + 5 if size else 5  # a bar, a space, and `100 %`
            room = width - 1 - sum(widths) - 2 * len(widths) - 2 - mark
            if room >= min(longest, PATH):
                return _Layout(titles, widths, max(min(room, longest), len("file")), size)
    return _Layout(titles, widths, max(min(room, longest), LEAST), 0)


def _row(result: FileResult, outcomes: Sequence[Outcome], layout: _Layout, *, color: bool) -> str:
    path = shortened(str(result.path), layout.path)
    path += " " * (layout.path - columns(path))
    counts = [(len(result.sites), ""), *((result.count(o), STYLES.get(o, "")) for o in outcomes)]
    numbers = [
        styled(f"{count:>{size}}", style if count else "", color=color)
        for (count, style), size in zip(counts, layout.widths, strict=True)
    ]
    good = result.count(Outcome.CONVERTED) + result.count(Outcome.ADAPTED)
    share = good / len(result.sites)
    mark = f"{bar(share, layout.bar)} " if layout.bar else ""
    mark += f"{int(100 * share):3d} %"
    if is_mindspore(result):
        room = layout.bar + 6 if layout.bar else 5
        mark = next(words for words in (ALREADY, "MindSpore", "MS") if len(words) <= room)
    return f" {path}  {'  '.join(numbers)}  {styled(mark, GREEN if share == 1 else YELLOW, color=color)}"
