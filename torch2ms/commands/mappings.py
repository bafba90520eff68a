"""`torch2ms mappings`: list and check the tables."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from torch2ms.commands.tables import tables_with
from torch2ms.commands.terminal import ERROR, FINDINGS, FINE, CommandError, command, say
from torch2ms.mapping.check import check_hints, check_tables
from torch2ms.report.explain import row_line


@dataclass(frozen=True, slots=True, kw_only=True)
class ListOptions:
    """`prefix`: only names that start so."""

    prefix: str = ""
    mappings: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckOptions:
    """Which tables to check beside the shipped ones, and against which versions; by default the newest."""

    mappings: tuple[Path, ...] = ()
    torch: str | None = None
    mindspore: str | None = None


@command
def run_list(options: ListOptions) -> int:
    """Print a line for every row; the exit code."""
    tables = tables_with(options.mappings)
    rows = [row for name, row in sorted(tables.rows.items()) if name.startswith(options.prefix)]
    if not rows:
        raise CommandError(f"no name in the tables starts with {options.prefix}")
    sys.stdout.writelines(row_line(row) + "\n" for row in rows)
    return FINE


@command
def run_check(options: CheckOptions) -> int:
    """Print what is wrong with the tables; the exit code."""
    tables = tables_with(options.mappings, unchecked=True, torch=options.torch, mindspore=options.mindspore)
    problems = [*check_tables(tables), *check_hints(tables)]
    for problem in problems:
        say(f"error: {problem}")
    if problems:
        # What does not hold in a version that was asked for is a finding, not an error in the tables.
        return FINDINGS if options.torch or options.mindspore else ERROR
    print(f"{len(tables.rows)} rows and {len(tables.aliases)} aliases, no problems")
    return FINE
