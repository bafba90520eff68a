"""Where a line of the source is in the output."""

from __future__ import annotations

from difflib import SequenceMatcher

from torch2ms.model import FileResult


def output_lines(result: FileResult) -> dict[int, int]:
    """Source line → output line, both from 1.

    In a changed block lines are matched from its end, since comments and new statements come first.
    """
    before, after = result.source.splitlines(), result.output.splitlines()
    found: dict[int, int] = {}
    for _, old, old_end, new, new_end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        for line in range(old, old_end):
            place = new_end - (old_end - line)
            found[line + 1] = min(max(place, new), max(new_end - 1, new)) + 1
    return found
