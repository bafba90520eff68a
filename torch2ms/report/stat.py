"""How many lines of each file a conversion changes, as `git diff --stat` says it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from torch2ms.model import FileResult
from torch2ms.report.styles import GREEN, RED, columns, shortened, styled
from torch2ms.report.wording import plural

GRAPH = 24


def stat_lines(results: Sequence[FileResult], width: int, *, color: bool = False) -> Iterator[str]:
    """A line for each file that changes, and a sum."""
    found = ((result, _lines(result)) for result in results if result.source != result.output)
    changes = [(result, added, removed) for result, (added, removed) in found]
    if not changes:
        yield "nothing would change"
        return
    most = max(added + removed for _, added, removed in changes)
    digits = len(str(most))
    graph = min(GRAPH, most, max(width - 24 - digits, 4))
    room = min(max(columns(str(result.path)) for result, _, _ in changes), max(width - digits - graph - 5, 12))
    for result, added, removed in changes:
        path = shortened(str(result.path), room)
        plus = -(-added * graph // most)
        minus = min(-(-removed * graph // most), graph - plus)
        signs = styled("+" * plus, GREEN, color=color) + styled("-" * minus, RED, color=color)
        yield f" {path}{' ' * (room - columns(path))} | {added + removed:>{digits}} {signs}"
    more, less = sum(added for _, added, _ in changes), sum(removed for _, _, removed in changes)
    yield f" {plural(len(changes), 'file')} would change: {plural(more, 'line')} added, {less} removed"


def _lines(result: FileResult) -> tuple[int, int]:
    """How many lines come, and how many go."""
    old, new = result.source.splitlines(), result.output.splitlines()
    same = sum(block.size for block in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks())
    return len(new) - same, len(old) - same
