"""`torch2ms explain`: the page of a finding code, or of a row of the tables."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from torch2ms.codes import CODES, is_code
from torch2ms.commands.tables import tables_with
from torch2ms.commands.terminal import FINE, CommandError, command
from torch2ms.report.explain import code_page, row_page, suggestions


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainOptions:
    """A finding code or a torch name."""

    name: str
    mappings: tuple[Path, ...] = ()


@command
def run(options: ExplainOptions) -> int:
    """Print the page; the exit code."""
    name, code = options.name, options.name.upper()
    if is_code(code):
        sys.stdout.write(code_page(CODES[code]))
        return FINE
    tables = tables_with(options.mappings)
    row = tables.row(name)
    if row is None:
        known = name in tables.torch_names
        reason = "torch has it, but the tables hold no row for it" if known else "no such code or torch name"
        near = suggestions(name, tables)
        raise CommandError(f"{name}: {reason}" + (f"; near it: {', '.join(near)}" if near else ""))
    sys.stdout.write(row_page(row, tables, asked=name))
    return FINE
