"""The tables as commands load them, with those of --mappings."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from torch2ms.commands.terminal import CommandError, print_error
from torch2ms.mapping.files import TableError
from torch2ms.mapping.load import load_tables
from torch2ms.mapping.schema import Tables
from torch2ms.model import FileError


def tables_with(mappings: Sequence[Path]) -> Tables:
    """The tables, all of them usable. Raises CommandError."""
    try:
        return load_tables(mappings)
    except TableError as error:
        raise CommandError(str(error)) from None


def usable_tables(
    mappings: Sequence[Path],
) -> tuple[Tables, tuple[Path, ...], list[tuple[Path, FileError]]]:
    """The tables without the user's broken ones, each of which is reported and makes the run exit with 2.

    Raises CommandError when the shipped tables cannot be read.
    """
    usable = list(mappings)
    broken: list[tuple[Path, FileError]] = []
    while True:
        try:
            return load_tables(usable), tuple(usable), broken
        except TableError as error:
            path = next((p for p in usable if p == Path(error.path)), None)
            if path is None:
                raise CommandError(str(error)) from None
            usable.remove(path)
            broken.append((path, FileError("T2M904", error.message, error.line)))
            print_error(*broken[-1])
