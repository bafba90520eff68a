"""`torch2ms mappings prove`: run the examples of a user's rows, and keep a record of those that agree.

Needs the verify extra.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from torch2ms.atomic import replacing
from torch2ms.commands.tables import tables_with
from torch2ms.commands.terminal import FINDINGS, FINE, CommandError, command, file_error
from torch2ms.mapping.proofs import Record, read_record, record_path, same_version, write_record
from torch2ms.verify.prove import RowResult, RowStatus, new_record, prove_rows

# So many lines of what differs are shown of a row.
_SHOWN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ProveOptions:
    """`tables` are the user's files; `timeout` is in seconds, for one example in one framework."""

    tables: tuple[Path, ...]
    timeout: float = 60.0


@command
def run(options: ProveOptions) -> int:
    """Run, say what became of each row, write the records; the exit code."""
    tables = tables_with(options.tables)
    torch, mindspore = version("torch"), version("mindspore")
    if not same_version(mindspore, tables.mindspore_version):
        raise CommandError(
            f"nothing can be proven: the tables are for MindSpore {tables.mindspore_version}, "
            f"and {mindspore} is installed"
        )
    results = prove_rows(tables, timeout=options.timeout)
    for result in results:
        sys.stdout.writelines(line + "\n" for line in _lines(result))
    written = []
    for table in dict.fromkeys(options.tables):
        path = record_path(table)
        old = read_record(path.read_bytes()) if path.is_file() else Record()
        record = new_record(table, old, tables, results, torch, mindspore)
        if record.proofs or path.is_file():
            _write(path, record)
            written.append(str(path))
    good = sum(result.ok for result in results)
    noun = "row" if len(results) == 1 else "rows"
    print(" · ".join([f"{good} of {len(results)} {noun} proven", *written]))
    return FINE if good == len(results) else FINDINGS


def _lines(result: RowResult) -> Iterator[str]:
    """One line for a row, and what differs below it where that is more than a line."""
    row = result.row
    head = f"{row.location}: {row.name}: {result.status}"
    if result.status is RowStatus.PROVEN:
        count = len(row.examples)
        yield f"{head} ({count} {'example' if count == 1 else 'examples'})"
        return
    first, *more = result.message.splitlines() or [""]
    yield f"{head}: {first}" if first else head
    yield from (f"    {line}" for line in more[: _SHOWN - 1])


def _write(path: Path, record: Record) -> None:
    try:
        with replacing(path, path) as temporary:
            temporary.write_bytes(write_record(record))
    except OSError as error:
        raise file_error(path, "T2M909", f"cannot be written: {error.strerror or error}") from None
