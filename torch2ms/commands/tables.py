"""The tables as commands load them, with those of --mappings."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from torch2ms.commands.terminal import CommandError
from torch2ms.mapping.files import TableError, WrongRows
from torch2ms.mapping.load import load_tables
from torch2ms.mapping.schema import Tables
from torch2ms.mapping.versions import UnknownVersion
from torch2ms.model import FileError
from torch2ms.report.text import error_line


def tables_with(
    mappings: Sequence[Path], *, unchecked: bool = False, torch: str | None = None, mindspore: str | None = None
) -> Tables:
    """The tables with those of the user, and the signatures of these versions (by default of the newest).

    Raises CommandError for a table that is broken or has a row that cannot be right, so that nothing is converted with
    half of what was asked for (such rows are let through when `unchecked`), and for a version that was not captured.
    """
    try:
        return load_tables(mappings, unchecked=unchecked, torch=torch, mindspore=mindspore)
    except WrongRows as error:
        raise CommandError(*(_line(problem.location, problem.message) for problem in error.problems)) from None
    except UnknownVersion as error:
        raise CommandError(error.message) from None
    except TableError as error:
        raise CommandError(_line(f"{error.path}:{error.line}", error.message)) from None


def _line(location: str, message: str) -> str:
    path, _, line = location.rpartition(":")
    return error_line(Path(path), FileError("T2M904", message, int(line))).removeprefix("error: ")
