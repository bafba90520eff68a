"""Tables of the user's: wrong rows end the run at its start, and rows count as proven by a record beside the table."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from torch2ms.commands import prove
from torch2ms.mapping.load import load_tables
from torch2ms.mapping.proofs import Proof, Record, content_digest, read_record, record_path, write_record
from torch2ms.mapping.schema import Tables
from torch2ms.verify.prove import RowResult, RowStatus

RELU = 'torch.relu: {to: mindspore.ops.sigmoid, example: "torch.relu(f(2, 3))"}\n'
TANH = 'torch.tanh: {like: torch.tanh, example: "torch.tanh(f(2, 3))"}\n'
SOURCE = "import torch\n\n\ndef f(x: torch.Tensor):\n    return torch.relu(torch.tanh(x))\n"
WRONG = "torch.relu: mindspore.ops.no_such\ntorch.tanh: {to: mindspore.ops.tanh, args: {input: no_such}}\n"


@pytest.fixture
def extra(here: Path) -> Path:
    (here / "m.py").write_text(SOURCE)
    return Path("extra.yaml")


@pytest.mark.parametrize(
    "command",
    [
        ["convert", "m.py", "--in-place"],
        ["convert", "m.py", "-o", "out.py"],
        ["convert", "m.py", "--format", "json"],
        ["explain", "torch.abs"],
        ["mappings", "list"],
    ],
)
def test_wrong_rows_end_the_run(command, run, here, extra):
    extra.write_text(WRONG)
    result = run(*command, "--mappings", "extra.yaml")
    assert (result.code, result.stdout) == (2, "")
    first, *others = result.stderr.splitlines()
    assert first.startswith("error: extra.yaml:1: T2M904 torch.relu: there is no mindspore.ops.no_such (did you mean ")
    assert others and all(line.startswith("error: extra.yaml:2: T2M904 torch.tanh: ") for line in others)
    assert (here / "m.py").read_text() == SOURCE
    assert sorted(path.name for path in here.iterdir()) == ["extra.yaml", "m.py"]


def test_one_wrong_table_of_two(run, here, extra):
    extra.write_text(TANH)
    (here / "wrong.yaml").write_text(WRONG)
    result = run("convert", "m.py", "--in-place", "--mappings", "extra.yaml", "--mappings", "wrong.yaml")
    assert result.code == 2 and "error: wrong.yaml:1: " in result.stderr
    assert (here / "m.py").read_text() == SOURCE


def test_mappings_check_lists_wrong_rows_among_all_others(run, extra):
    extra.write_text(WRONG)
    result = run("mappings", "check", "--mappings", "extra.yaml")
    assert result.code == 2
    assert "error: extra.yaml:1: torch.relu: there is no mindspore.ops.no_such" in result.stderr


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_rows_without_a_record_are_checks(run_process, here, extra, jobs):
    extra.write_text(RELU)
    (here / "n.py").write_text(SOURCE)
    command = ["convert", "m.py", "n.py", "-j", jobs, "--format", "json", "--mappings", "extra.yaml"]
    files = json.loads(run_process(*command).stdout)["files"]
    assert [[finding["torch"] for finding in file["findings"]] for file in files] == [["torch.relu"], ["torch.relu"]]
    counted = [(file["outcomes"]["check"], file["outcomes"]["converted"]) for file in files]
    assert counted == [(1, 2), (1, 2)]


def test_the_report_says_whose_row_it_is_and_what_to_do(run, extra):
    extra.write_text(RELU)
    result = run("convert", "m.py", "--mappings", "extra.yaml", "-o", "out.py")
    assert (
        "m.py:5:12 T2M301 check: your row torch.relu is not proven: its example has not been run (extra.yaml:1) "
        "→ torch2ms mappings prove extra.yaml"
    ) in result.stdout
    assert (
        "TODO(torch2ms): [T2M301] torch2ms mappings prove extra.yaml (your row torch.relu" in Path("out.py").read_text()
    )
    assert run("convert", "m.py", "--mappings", "extra.yaml", "--fail-on", "check", "-o", "out.py").code == 1


def test_explain_and_list_say_whose_row_it_is(run, extra):
    extra.write_text(RELU)
    page = run("explain", "torch.relu", "--mappings", "extra.yaml").stdout
    assert "proven: no: its example has not been run, so its sites are reported as check" in page
    assert "(torch2ms mappings prove extra.yaml)" in page
    assert "defined in extra.yaml:1 (yours)" in page
    listed = run("mappings", "list", "torch.re", "--mappings", "extra.yaml").stdout.splitlines()
    assert "torch.relu → mindspore.ops.sigmoid  (extra.yaml:1)" in listed
    assert not [line for line in listed if "yaml" in line and not line.startswith("torch.relu ")]


# prove, with the frameworks left out


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> dict[str, RowStatus]:
    """What the run of the examples is to show; a row that is not named is proven."""
    found: dict[str, RowStatus] = {}

    def pretend(tables: Tables, *, timeout: float) -> Sequence[RowResult]:
        rows = [row for row in tables.rows.values() if row.users]
        return [RowResult(row, found.get(row.name, RowStatus.PROVEN), "so\nit\nis\nnot") for row in rows]

    monkeypatch.setattr(prove, "prove_rows", pretend)
    monkeypatch.setattr(prove, "version", {"torch": "2.13.0", "mindspore": "2.10.1"}.__getitem__)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: name)
    return found


def recorded(table: Path = Path("extra.yaml")) -> dict[str, list[str]]:
    """The versions of MindSpore by row."""
    found: dict[str, list[str]] = {}
    for proof in read_record(record_path(table).read_bytes()).proofs:
        found.setdefault(proof.row, []).append(proof.mindspore)
    return found


def test_prove_without_the_frameworks(run, extra, monkeypatch):
    extra.write_text(RELU)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    result = run("mappings", "prove", "extra.yaml")
    assert (result.code, result.stdout) == (2, "")
    assert result.stderr == (
        "error: mappings prove runs the examples; not installed: torch, mindspore, numpy "
        "(pip install 'torch2ms[verify]')\n"
    )


def test_prove_needs_the_version_the_tables_are_for(run, extra, shown, monkeypatch):
    extra.write_text(RELU)
    monkeypatch.setattr(prove, "version", {"torch": "2.13.0", "mindspore": "2.9.0"}.__getitem__)
    result = run("mappings", "prove", "extra.yaml")
    assert result.code == 2
    assert result.stderr == (
        "error: nothing can be proven: the tables are for MindSpore 2.10, and 2.9.0 is installed\n"
    )
    assert not record_path(extra).exists()


def test_prove_of_a_table_with_wrong_rows(run, extra, shown):
    extra.write_text(WRONG)
    result = run("mappings", "prove", "extra.yaml")
    assert result.code == 2 and "error: extra.yaml:1: T2M904 torch.relu" in result.stderr
    assert run("mappings", "prove", "no.yaml").stderr.startswith("error: no.yaml: T2M904 cannot be read")


def test_all_rows_proven(run, extra, shown):
    extra.write_text(RELU + TANH)
    result = run("mappings", "prove", "extra.yaml")
    assert (result.code, result.stderr) == (0, "")
    assert result.stdout.splitlines() == [
        "extra.yaml:1: torch.relu: proven (1 example)",
        "extra.yaml:2: torch.tanh: proven (1 example)",
        "2 of 2 rows proven · extra.proof.json",
    ]
    done = run("convert", "m.py", "--mappings", "extra.yaml", "--fail-on", "check", "-o", "out.py")
    assert done.code == 0 and "3 converted" in done.stdout


def test_a_row_that_is_not_proven(run, extra, shown):
    extra.write_text(RELU + TANH)
    shown["torch.relu"] = RowStatus.DIFFERS
    result = run("mappings", "prove", "extra.yaml")
    assert result.code == 1
    assert result.stdout.splitlines() == [
        "extra.yaml:1: torch.relu: differs: so",
        "    it",
        "    is",
        "extra.yaml:2: torch.tanh: proven (1 example)",
        "1 of 2 rows proven · extra.proof.json",
    ]
    assert recorded() == {"torch.tanh": ["2.10.1"]}


def test_what_is_stale_goes(run, extra, shown):
    extra.write_text(RELU + TANH)
    assert run("mappings", "prove", "extra.yaml").code == 0
    shown["torch.relu"] = RowStatus.DIFFERS
    run("mappings", "prove", "extra.yaml")
    assert recorded() == {"torch.tanh": ["2.10.1"]}
    extra.write_text(RELU)
    run("mappings", "prove", "extra.yaml")
    assert recorded() == {}


def test_proofs_with_other_versions_stay_while_the_row_does(run, extra, shown):
    extra.write_text(RELU + TANH)
    tables = load_tables([extra])
    older = tuple(
        Proof(name, content_digest(row, tables.helpers), "2.12.0", "2.9.0", 1)
        for name in ("torch.relu", "torch.tanh")
        for row in (tables.rows[name],)
    )
    record_path(extra).write_bytes(write_record(Record((older[0], replace(older[1], content="another")))))
    assert run("mappings", "prove", "extra.yaml").code == 0
    assert recorded() == {"torch.relu": ["2.10.1", "2.9.0"], "torch.tanh": ["2.10.1"]}


def test_each_table_has_its_record(run, here, extra, shown):
    extra.write_text(RELU)
    (here / "sub").mkdir()
    other = Path("sub/more.yaml")
    other.write_text(TANH)
    assert run("mappings", "prove", "extra.yaml", str(other)).code == 0
    assert (list(recorded()), list(recorded(other))) == (["torch.relu"], ["torch.tanh"])


def test_a_record_that_cannot_be_written_leaves_the_old_one(run, extra, shown, monkeypatch):
    extra.write_text(RELU)
    record_path(extra).write_text("old")

    def full(record: Record) -> bytes:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(prove, "write_record", full)
    result = run("mappings", "prove", "extra.yaml")
    assert result.code == 2
    assert "error: extra.proof.json: T2M909 cannot be written: No space left on device" in result.stderr
    assert record_path(extra).read_text() == "old"
    assert sorted(path.name for path in Path().iterdir()) == ["extra.proof.json", "extra.yaml", "m.py"]


def test_a_table_without_anything_to_prove_has_no_record(run, extra, shown):
    extra.write_text("torch.relu: {unsupported: no}\n")
    shown["torch.relu"] = RowStatus.NOTHING
    assert run("mappings", "prove", "extra.yaml").code == 0
    assert not record_path(extra).exists()
