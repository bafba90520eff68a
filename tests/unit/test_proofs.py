"""What a record of proofs says of a row."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from torch2ms.mapping.proofs import (
    Proof,
    Record,
    content_digest,
    nothing_to_prove,
    read_record,
    record_path,
    settled,
    write_record,
)
from torch2ms.mapping.schema import ArgRule, Body, Condition, Helper, Row, Signature, Variant

ROW = Row(
    "mylib.act",
    Body(to="mindspore.ops.relu", args={"x": ArgRule(to="input")}),
    "extra.yaml:3",
    examples=("mylib.act(f(2))",),
    users=True,
)
HELPER = Helper("soft", "def soft(x):\n    return x\n", "soft", {}, Signature())
HELPERS = {"soft": HELPER, "other": replace(HELPER, name="other", defines="other")}
CHANGES = {
    "name": replace(ROW, name="mylib.other"),
    "to": replace(ROW, body=replace(ROW.body, to="mindspore.ops.gelu")),
    "argument": replace(ROW, body=replace(ROW.body, args={"x": ArgRule(to="x")})),
    "added": replace(ROW, body=replace(ROW.body, add={"axis": "0"})),
    "note": replace(ROW, body=replace(ROW.body, note="mind it")),
    "variant": replace(ROW, variants=(Variant(Condition(given=("x",)), ROW.body),)),
    "value": replace(ROW, value=Body(to="mindspore.ops.relu")),
    "isinstance": replace(ROW, isinstance="mindspore.nn.Cell"),
    "returns": replace(ROW, returns="int"),
    "params": replace(ROW, params={"weight": "gamma"}),
    "attrs": replace(ROW, attrs={"dim": None}),
    "layer": replace(ROW, layer=True),
    "sig": replace(ROW, signatures=(Signature(),)),
    "example": replace(ROW, examples=("mylib.act(f(3))",)),
    "random": replace(ROW, random=True),
    "grad": replace(ROW, grad=False),
}


@pytest.mark.parametrize("name", sorted(CHANGES))
def test_a_changed_row_has_another_digest(name: str) -> None:
    assert content_digest(CHANGES[name], HELPERS) != content_digest(ROW, HELPERS)


def test_a_row_that_moves_keeps_its_digest() -> None:
    moved = replace(ROW, location="other.yaml:9", proven=True, doubt="why")
    assert content_digest(moved, HELPERS) == content_digest(ROW, HELPERS)


@pytest.mark.parametrize(
    "body", [Body(helper="soft"), Body(expr="soft({x}) + 1"), Body(to="m.f", add={"a": "soft(1)"})]
)
def test_the_helpers_of_a_row_are_part_of_it(body: Body) -> None:
    row = replace(ROW, body=body)
    changed = replace(HELPER, source="def soft(x):\n    return x + 1\n")
    assert content_digest(row, HELPERS) != content_digest(row, HELPERS | {"soft": changed})
    assert content_digest(row, HELPERS) == content_digest(
        row, HELPERS | {"other": replace(changed, name="other", defines="other")}
    )


def test_a_helper_as_value_is_part_of_the_row() -> None:
    row = replace(ROW, value=Body(helper="soft"))
    changed = HELPERS | {"soft": replace(HELPER, source="def soft(x): ...\n")}
    assert content_digest(row, HELPERS) != content_digest(row, changed)


def proof(row: Row = ROW, mindspore: str = "2.10.1") -> Proof:
    return Proof(row.name, content_digest(row, HELPERS), "2.13.0", mindspore, 1)


def settle(row: Row, *proofs: Proof) -> Row:
    return settled([row], HELPERS, [Record(proofs)], "2.10")[row.name]


def test_a_fitting_record_proves() -> None:
    row = settle(ROW, proof())
    assert row.proven and not row.doubt


@pytest.mark.parametrize(
    ("row", "proofs", "doubt"),
    [
        (ROW, (), "has not been run"),
        (replace(ROW, examples=()), (proof(),), "no example"),
        (CHANGES["to"], (proof(),), "changed after"),
        (ROW, (proof(mindspore="2.9.0"),), "proven with MindSpore 2.9.0, not 2.10"),
        (ROW, (proof(mindspore="2.1.0"),), "proven with MindSpore 2.1.0, not 2.10"),
        (CHANGES["name"], (proof(),), "has not been run"),
    ],
    ids=["no record", "no example", "changed", "older version", "version that begins alike", "record of another row"],
)
def test_any_other_does_not(row: Row, proofs: tuple[Proof, ...], doubt: str) -> None:
    found = settle(row, *proofs)
    assert not found.proven
    assert doubt in found.doubt


def test_what_returns_nothing_is_to_be_shown_too() -> None:
    assert not settle(replace(ROW, returns="none", examples=())).proven


def test_a_row_that_leaves_its_sites_needs_no_proof() -> None:
    left = replace(ROW, body=Body(unsupported="no"), examples=())
    assert nothing_to_prove(left) and settle(left).proven
    assert not nothing_to_prove(replace(left, value=Body(to="mindspore.ops.relu")))
    assert not nothing_to_prove(replace(left, isinstance="mindspore.nn.Cell"))
    assert not nothing_to_prove(replace(left, params={"weight": "gamma"}))
    assert not nothing_to_prove(replace(left, body=Body()))


@pytest.mark.parametrize(
    ("table", "record"),
    [("extra.yaml", "extra.proof.json"), ("a.b.yaml", "a.b.proof.json"), ("extra.yml", "extra.yml.proof.json")],
)
def test_the_record_is_beside_the_table(table: str, record: str) -> None:
    assert record_path(Path("there") / table) == Path("there") / record


def test_a_record_comes_back_from_its_file() -> None:
    record = Record((proof(mindspore="2.9.0"), proof()))
    text = write_record(record)
    assert set(read_record(text).proofs) == set(record.proofs)
    assert text == write_record(Record(record.proofs[::-1]))


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'{"proofs": [{"row": "a"}]}', b"\xff"])
def test_what_is_no_record_proves_nothing(data: bytes) -> None:
    assert read_record(data) == Record()
