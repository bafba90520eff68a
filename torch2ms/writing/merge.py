"""Two changes of one text brought together, line by line, as `git merge-file` does it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

OURS, MIDDLE, THEIRS = b"<<<<<<< ", b"=======", b">>>>>>> "


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged text. `conflicts` are the lines, from 1, of the markers that begin a conflict."""

    text: bytes
    conflicts: tuple[int, ...] = ()


def merge(base: bytes, ours: bytes, theirs: bytes, *, our_name: str, their_name: str) -> Merge:
    """What `ours` and `theirs` each made of `base`, in one text; where both changed the same lines, both stand there
    between markers that carry the names."""
    old, mine, other = (text.splitlines(keepends=True) for text in (base, ours, theirs))
    newline = b"\r\n" if mine and mine[0].endswith(b"\r\n") else b"\n"
    lines: list[bytes] = []
    conflicts: list[int] = []
    for before, left, right in _chunks(old, mine, other):
        if left == right or before == right:
            lines += left
        elif before == left:
            lines += right
        else:
            conflicts.append(len(lines) + 1)
            lines.append(OURS + our_name.encode() + newline)
            lines += _ended(left, newline)
            lines.append(MIDDLE + newline)
            lines += _ended(right, newline)
            lines.append(THEIRS + their_name.encode() + newline)
    return Merge(b"".join(lines), tuple(conflicts))


def _ended(lines: Sequence[bytes], newline: bytes) -> list[bytes]:
    """The lines with a newline after the last one: a marker follows."""
    return [line if line.endswith((b"\n", b"\r")) else line + newline for line in lines]


def _chunks(
    base: list[bytes], ours: list[bytes], theirs: list[bytes]
) -> Iterator[tuple[list[bytes], list[bytes], list[bytes]]]:
    """The three texts in pieces that belong together: what all three have, and what stands between."""
    to_ours, to_theirs = _matches(base, ours), _matches(base, theirs)
    at, left, right = 0, 0, 0
    for index, line in enumerate(base):
        if index not in to_ours or index not in to_theirs:
            continue
        yield base[at:index], ours[left : to_ours[index]], theirs[right : to_theirs[index]]
        yield [line], [line], [line]
        at, left, right = index + 1, to_ours[index] + 1, to_theirs[index] + 1
    yield base[at:], ours[left:], theirs[right:]


def _matches(base: list[bytes], other: list[bytes]) -> dict[int, int]:
    """Which line of `other` each line of `base` has become, for the lines that stayed."""
    found: dict[int, int] = {}
    for start, place, size in SequenceMatcher(None, base, other, autojunk=False).get_matching_blocks():
        found.update((start + offset, place + offset) for offset in range(size))
    return found
