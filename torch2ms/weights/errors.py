"""The one error of this package."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from torch2ms.codes import Code

UNREADABLE: Code = "T2M603"
OTHER_OBJECTS: Code = "T2M604"
NO_STATE_DICT: Code = "T2M605"
MISMATCH: Code = "T2M606"
TYPE: Code = "T2M607"
UNWRITABLE: Code = "T2M909"


# Kinds of mismatch, each with the names concerned.
Mismatch: TypeAlias = tuple[tuple[str, tuple[str, ...]], ...]


class WeightsError(Exception):
    """Why a checkpoint cannot be converted: one line for the user, the code of its page, and names where there are."""

    def __init__(self, message: str, code: Code = UNREADABLE, details: Mismatch = ()) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.details = details


def printable(text: str, limit: int = 200) -> str:
    """A name from a file, as it may go to a terminal: no control characters, no endless line."""
    shown = "".join(letter if letter.isprintable() else "?" for letter in text[: limit + 1])
    return shown if len(shown) <= limit else f"{shown[: limit - 1]}…"


def listed(names: Sequence[str], limit: int = 5) -> str:
    """Names for a message: the first few, and how many more there are."""
    shown = ", ".join(printable(name) for name in names[:limit])
    return f"{shown} and {len(names) - limit} more" if len(names) > limit else shown


def check_fit(message: str, *kinds: tuple[str, Sequence[str]]) -> None:
    """Raise the error of a mismatch if any kind of it has a name."""
    found = tuple((kind, tuple(names)) for kind, names in kinds if names)
    if found:
        counts = ", ".join(f"{len(names)} {kind}" for kind, names in found)
        raise WeightsError(f"{message}: {counts}", MISMATCH, found)
