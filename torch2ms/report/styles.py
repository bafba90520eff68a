"""Colours of a terminal."""

from __future__ import annotations

import os
import shutil
import unicodedata
from typing import TextIO

BOLD, DIM, RED, GREEN, YELLOW, MAGENTA = "\x1b[1m", "\x1b[2m", "\x1b[31m", "\x1b[32m", "\x1b[33m", "\x1b[35m"
RESET = "\x1b[0m"
USUAL = 80


def styled(text: str, style: str, *, color: bool) -> str:
    """The text in a style, where colours are wanted."""
    return f"{style}{text}{RESET}" if color and style and text else text


def width_of(stream: TextIO) -> int:
    """How many columns there are: those of COLUMNS or of the terminal, otherwise 80."""
    if os.environ.get("COLUMNS", "").isdecimal() or stream.isatty():
        return shutil.get_terminal_size((USUAL, 24)).columns
    return USUAL


def columns(text: str) -> int:
    """How many columns a text takes: wide characters take two, combining ones none."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )


def shortened(path: str, width: int) -> str:
    """The end of a path, as much as fits, from a folder on where there is one."""
    if columns(path) <= width:
        return path
    tail = path
    while tail and columns(tail) > width - 1:
        tail = tail[1:]
    _, slash, rest = tail.partition("/")
    return "…" + (slash + rest if slash and rest else tail)
