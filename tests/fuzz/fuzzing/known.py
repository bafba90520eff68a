"""Failures that are known and stay: `tests/fuzz/known.toml` says which, and why."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_FILE = Path(__file__).resolve().parents[1] / "known.toml"


@dataclass(frozen=True, slots=True)
class Known:
    """A class of failures: patterns that the small program and the message have, and why it stays."""

    source: str
    message: str
    why: str


def read_known(path: Path = _FILE) -> tuple[Known, ...]:
    """The classes of the file."""
    found = tomllib.loads(path.read_text(encoding="utf-8"))
    return tuple(Known(one.get("source", ""), one.get("message", ""), one["why"]) for one in found.get("known", []))


def is_known(source: str, message: str, known: Sequence[Known]) -> str:
    """Why a failure stays; "" when it is not known."""
    return next((one.why for one in known if re.search(one.source, source) and re.search(one.message, message)), "")
