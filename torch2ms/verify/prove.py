"""Run the examples of a user's rows in both frameworks, and say of each row whether they prove it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from torch2ms.api import convert_source
from torch2ms.mapping.proofs import Proof, Record, believed, content_digest, nothing_to_prove, same_version
from torch2ms.mapping.schema import Body, Row, Tables
from torch2ms.verify.case import CaseResult
from torch2ms.verify.conversion import Converter
from torch2ms.verify.examples import ExampleError
from torch2ms.verify.processes import Progress
from torch2ms.verify.rows import case_names, outside_layers, row_case, run_rows


class RowStatus(StrEnum):
    """What the examples of a row show."""

    PROVEN = "proven"
    NOTHING = "nothing to prove: its sites stay as they are"
    DIFFERS = "differs"
    UNUSED = "its example does not use it"
    NO_EXAMPLE = "no example"


@dataclass(frozen=True, slots=True)
class RowResult:
    """What became of a row; `message` says what differs, one difference a line."""

    row: Row
    status: RowStatus
    message: str = ""

    @property
    def ok(self) -> bool:
        """Whether nothing is left to be shown."""
        return self.status in (RowStatus.PROVEN, RowStatus.NOTHING)


def prove_rows(tables: Tables, *, timeout: float = 60.0, progress: Progress | None = None) -> list[RowResult]:
    """Run the examples of all rows of the user's, also in graph mode; `timeout` is in seconds, for one example.

    Each is tried as if all of them were proven already.
    """
    users = [row for row in tables.rows.values() if row.users]
    tables = believed(tables)
    rows = [row for row in users if row.examples and not nothing_to_prove(row)]
    unused = {row.name for row in rows if not all(_uses(tables, row, index) for index in range(len(row.examples)))}
    to_run = [row for row in rows if row.name not in unused]
    done = run_rows(to_run, graph=True, timeout=timeout, converter=Converter(tables), progress=progress)
    results = {result.name: result for result in done}
    return [_result(row, row.name in unused, [results[n] for n in case_names(row) if n in results]) for row in users]


def _uses(tables: Tables, row: Row, index: int) -> bool:
    """Whether an example of a row converts differently without the row; one that is no program is left to the run."""
    refused = Body(unsupported="left out")
    without = replace(row, body=refused, variants=(), value=refused, isinstance=None, params={}, attrs={})
    try:
        source = row_case(row, index, outside_layers(tables)).torch_source
    except ExampleError:
        return True
    assert isinstance(source, str)
    first = convert_source(source, tables=tables)
    second = convert_source(source, tables=replace(tables, rows={**tables.rows, row.name: without}))
    return (first.output, first.sites) != (second.output, second.sites)


def _result(row: Row, unused: bool, results: Sequence[CaseResult]) -> RowResult:
    if nothing_to_prove(row):
        return RowResult(row, RowStatus.NOTHING)
    if not row.examples:
        return RowResult(row, RowStatus.NO_EXAMPLE)
    if unused:
        return RowResult(row, RowStatus.UNUSED)
    failed = next((result for result in results if not result.ok), None)
    if failed is None:
        return RowResult(row, RowStatus.PROVEN)
    return RowResult(row, RowStatus.DIFFERS, f"{failed.status}: {failed.message}")


def new_record(
    table: Path, old: Record, tables: Tables, results: Iterable[RowResult], torch: str, mindspore: str
) -> Record:
    """The record of a table after a run with these versions.

    What was proven with other versions of MindSpore stays, as long as the row has not changed.
    """
    own = [result for result in results if result.row.location.rpartition(":")[0] == str(table)]
    contents = {result.row.name: content_digest(result.row, tables.helpers) for result in own}
    kept = [
        proof
        for proof in old.proofs
        if contents.get(proof.row) == proof.content and not same_version(proof.mindspore, mindspore)
    ]
    proven = [result.row for result in own if result.status is RowStatus.PROVEN]
    new = [Proof(row.name, contents[row.name], torch, mindspore, len(row.examples)) for row in proven]
    return Record((*kept, *new))
