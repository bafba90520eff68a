"""What stands behind the rows of a user's tables: a record that their examples ran and agreed in both frameworks.

`torch2ms mappings prove extra.yaml` writes `extra.proof.json`. An entry belongs to the content of a compiled row, so a
row that is changed afterwards, or whose helper is, has none.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from torch2ms.mapping.schema import Body, Helper, Row, Tables

_SUFFIX = ".proof.json"
_CALLED = re.compile(r"(?<![\w.])([A-Za-z_]\w*)\(")


@dataclass(frozen=True, slots=True)
class Proof:
    """The examples of a row agreed. `content` is the digest of the row, `torch` and `mindspore` are versions."""

    row: str
    content: str
    torch: str
    mindspore: str
    examples: int


@dataclass(frozen=True, slots=True)
class Record:
    """The proofs of the rows of one table."""

    proofs: tuple[Proof, ...] = ()


def record_path(table: Path) -> Path:
    """Where the record of a table is: `extra.yaml` has `extra.proof.json`."""
    return table.with_name((table.stem if table.suffix == ".yaml" else table.name) + _SUFFIX)


def is_record(label: str) -> bool:
    """Whether a file is the record of a table."""
    return label.endswith(_SUFFIX)


def read_record(data: bytes) -> Record:
    """What a file holds; nothing when it is no record, which then has to be made anew."""
    try:
        return msgspec.json.decode(data, type=Record)
    except msgspec.MsgspecError:
        return Record()


def write_record(record: Record) -> bytes:
    """The file of a record: one line a value, in the order of the rows, so that versions of it can be compared."""
    proofs = sorted(record.proofs, key=lambda proof: (proof.row, proof.mindspore, proof.torch))
    return msgspec.json.format(msgspec.json.encode(Record(tuple(proofs))), indent=2) + b"\n"


def content_digest(row: Row, helpers: Mapping[str, Helper]) -> str:
    """A digest of everything that decides what a row makes of a site, and of what its examples show.

    Where the row stands in its file is no part of it.
    """
    content = replace(row, location="", users=False, doubt="", proven=False)
    used = [helpers[name] for name in sorted(_helpers(row, helpers))]
    sources = [(helper.name, helper.defines, helper.source, dict(helper.imports)) for helper in used]
    return hashlib.sha256(msgspec.json.encode((content, sources))).hexdigest()


def _helpers(row: Row, helpers: Mapping[str, Helper]) -> set[str]:
    """The helpers a row names, or calls in one of its templates."""
    defined = {helper.defines: helper.name for helper in helpers.values()}
    bodies = [*row.bodies, *([] if row.value is None else [row.value])]
    named = {body.helper for body in bodies if body.helper in helpers}
    called = {name for body in bodies for text in _templates(body) for name in _CALLED.findall(text)}
    return {name for name in named if name is not None} | {defined[name] for name in called & defined.keys()}


def _templates(body: Body) -> Iterator[str]:
    for text in (body.expr, body.inplace):
        if text is not None:
            yield text
    yield from body.add.values()
    for rule in body.args.values():
        yield from (text for text in (rule.value, rule.default) if text is not None)


def same_version(one: str, other: str) -> bool:
    """Whether two versions agree in their first two numbers."""
    return one.split(".")[:2] == other.split(".")[:2]


def unproven(row: Row) -> str:
    """What to say of a site that follows a row of the user's which is not proven."""
    return f"your row {row.name} is not proven: {row.doubt} ({row.location})"


def how_to_prove(row: Row) -> str:
    """The command that proves a row of the user's."""
    return f"torch2ms mappings prove {row.location.rpartition(':')[0]}"


def nothing_to_prove(row: Row) -> bool:
    """Whether a row only says that its sites stay as they are."""
    if row.isinstance is not None or row.params or row.layouts or row.attrs:
        return False
    bodies = [body for body in (*row.bodies, row.value) if body is not None and not body.empty]
    return bool(bodies) and all(body.unsupported is not None for body in bodies)


def believed(tables: Tables) -> Tables:
    """The tables as if the rows of the user's were proven, to find out whether they are."""
    rows = {name: replace(row, proven=True, doubt="") if row.users else row for name, row in tables.rows.items()}
    return replace(tables, rows=rows, doubted=frozenset())


def settled(
    rows: Iterable[Row], helpers: Mapping[str, Helper], records: Iterable[Record], mindspore: str
) -> dict[str, Row]:
    """The rows of the user by name, proven by a fitting record, or with the reason why they are not.

    `mindspore` is the version the tables are for.
    """
    proofs = [proof for record in records for proof in record.proofs]
    return {row.name: _settled(row, helpers, proofs, mindspore) for row in rows}


def _settled(row: Row, helpers: Mapping[str, Helper], proofs: Iterable[Proof], mindspore: str) -> Row:
    if nothing_to_prove(row):
        return replace(row, proven=True)
    if not row.examples:
        return replace(row, proven=False, doubt="it has no example")
    content = content_digest(row, helpers)
    found = [proof for proof in proofs if proof.row == row.name]
    fitting = [proof for proof in found if proof.content == content]
    if any(same_version(proof.mindspore, mindspore) for proof in fitting):
        return replace(row, proven=True)
    if fitting:
        doubt = f"it was proven with MindSpore {fitting[0].mindspore}, not {mindspore}"
    elif found:
        doubt = "it was changed after it had been proven"
    else:
        doubt = "its example has not been run"
    return replace(row, proven=False, doubt=doubt)
