"""The nearest known names, to be put after a message."""

from __future__ import annotations

import difflib
from collections.abc import Collection


def similar(name: str, known: Collection[str]) -> str:
    """` (did you mean …?)` with the nearest qualified names: called the same elsewhere, or beside it. Or nothing."""
    # The whole list of names is too long for a distance to each of them.
    head, _, last = name.rpartition(".")
    near = [other for other in known if other.rpartition(".")[0] == head]
    close = sorted(other for other in known if "." in other and other.rpartition(".")[2] == last)[:3]
    close = close or difflib.get_close_matches(name, near, n=1, cutoff=0.8)
    if not close and head:
        leaves = {other.rpartition(".")[2]: other for other in near}
        close = [leaves[leaf] for leaf in difflib.get_close_matches(last, leaves, n=3, cutoff=0.5)]
    return f" (did you mean {' or '.join(close)}?)" if close else ""


def nearest(word: str, known: Collection[str]) -> str:
    """` (did you mean …?)` with one or two of the nearest words, or nothing."""
    close = difflib.get_close_matches(word, known, n=2, cutoff=0.6)
    return f" (did you mean {' or '.join(close)}?)" if close else ""
