"""`defaults:` at the head of a table, and how the shipped tables are laid out."""

from __future__ import annotations

from pathlib import Path

import pytest

from torch2ms.mapping.files import TableError
from torch2ms.mapping.load import load_tables, tables_root
from torch2ms.mapping.schema import ArgRule, Row

HEAD = "defaults: {args: {out: {unsupported: no out=}, device: {drop: by context}}}\n"
OUT, DEVICE = ArgRule(unsupported="no out="), ArgRule(drop="by context")


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def rows_of(folder: Path, text: str) -> dict[str, Row]:
    (folder / "torch.yaml").write_text(text)
    return dict(load_tables().rows)


def error_of(folder: Path, text: str) -> str:
    with pytest.raises(TableError) as caught:
        rows_of(folder, text)
    return str(caught.value)


def test_a_row_takes_what_its_signature_has(tables_folder: Path) -> None:
    rows = rows_of(
        tables_folder,
        HEAD
        + """
torch.cat: {to: mindspore.ops.cat, sig: "(tensors, dim=0, out=None)", args: {dim: axis}}
torch.zeros: {expr: "ops.zeros({size})", sig: "(*size, out=None, device=None)"}
torch.ones: {sig: "(*size, device=None)", when: [{if: {given: [size]}, expr: "ops.ones({size})"}]}
torch.abs: {to: mindspore.ops.abs, sig: "(input)"}
torch.sin: mindspore.ops.sin
torch.seed: {unsupported: no seed, sig: "(out=None)"}
""",
    )
    assert rows["torch.cat"].body.args == {"dim": ArgRule(to="axis"), "out": OUT}
    assert rows["torch.zeros"].body.args == {"out": OUT, "device": DEVICE}
    assert rows["torch.ones"].variants[0].body.args == {"device": DEVICE}
    assert rows["torch.sin"].body.args == {"out": OUT}  # the captured signature has it
    assert rows["torch.abs"].body.args == rows["torch.seed"].body.args == {}


def test_what_a_row_says_itself_counts(tables_folder: Path) -> None:
    rows = rows_of(
        tables_folder,
        HEAD
        + """
torch.abs: {to: mindspore.ops.abs, sig: "(input, out=None, device=None)", args: {out: {drop: own}, device: ~}}
""",
    )
    assert rows["torch.abs"].body.args == {"out": ArgRule(drop="own")}


def test_like_takes_over_defaults_and_what_takes_them_away(tables_folder: Path) -> None:
    (tables_folder / "other.yaml").write_text(
        """
defaults: {args: {device: {drop: from the other table}, out: {drop: from the other table}}}
torch.cos: {like: torch.sin}
torch.tan: {like: torch.sin, args: {out: ~}}
torch.exp: {like: torch.sin, sig: "(input, *, layout, device=None)"}
torch.log: {like: torch.abs}
torch.ceil: {to: mindspore.ops.ceil, sig: "(input, device=None)"}
"""
    )
    rows = rows_of(
        tables_folder,
        """
defaults: {args: {out: {unsupported: no out=}}}
torch.sin: {to: mindspore.ops.sin, sig: "(input, *, out=None)"}
torch.abs: {to: mindspore.ops.abs, sig: "(input, *, out=None)", args: {out: ~}}
""",
    )
    assert rows["torch.cos"].body.args == {"out": OUT}
    assert rows["torch.tan"].body.args == {}
    assert rows["torch.exp"].body.args == {"out": OUT, "device": ArgRule(drop="from the other table")}
    assert rows["torch.log"].body.args == rows["torch.abs"].body.args == {}
    assert rows["torch.ceil"].body.args == {"device": ArgRule(drop="from the other table")}


def test_keys_of_rows(tables_folder: Path) -> None:
    rows = rows_of(
        tables_folder,
        """
defaults: {returns: self, grad: "no", graph: "no: a reason"}
torch.sin: mindspore.ops.sin
torch.cos: {to: mindspore.ops.cos, returns: tensor, grad: "yes", graph: ~}
torch.tan: {like: torch.cos}
torch.exp: {like: torch.sin, graph: ~}
torch.seed: {unsupported: no seed}
""",
    )
    said = {name: (row.returns, row.grad, row.graph) for name, row in rows.items()}
    assert said == {
        "torch.sin": ("self", False, "a reason"),
        "torch.cos": ("tensor", True, None),
        "torch.tan": ("tensor", True, None),
        "torch.exp": ("self", False, None),
        "torch.seed": ("tensor", True, None),
    }


def test_defaults_are_those_of_their_file(tables_folder: Path, tmp_path: Path) -> None:
    (tables_folder / "torch.yaml").write_text(
        HEAD + 'torch.abs: {to: mindspore.ops.abs, sig: "(input, out, device)"}\n'
    )
    extra = tmp_path / "extra.yaml"
    extra.write_text("torch.sin: mindspore.ops.sin\n")
    assert load_tables((extra,), unchecked=True).rows["torch.sin"].body.args == {}
    extra.write_text("defaults: {args: {out: {drop: mine}}}\ntorch.sin: mindspore.ops.sin\n")
    rows = load_tables((extra,), unchecked=True).rows
    assert rows["torch.sin"].body.args == {"out": ArgRule(drop="mine")}
    assert rows["torch.abs"].body.args == {"out": OUT, "device": DEVICE}
    # The only row that took a default has gone to the user's table.
    extra.write_text("torch.abs: mindspore.ops.abs\n")
    assert load_tables((extra,), unchecked=True).rows["torch.abs"].body.args == {}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("torch.abs: mindspore.ops.abs\ndefaults: {args: {}}\n", "2: defaults stand at the head of a table"),
        ("defaults: [out]\n", "1: must be a mapping"),
        ("\ndefaults:\n  argz: {out: a}\n", "3: unknown key 'argz' in defaults: did you mean 'args'?"),
        (
            "defaults:\n  args:\n    out: {unsuported: a}\ntorch.cat: mindspore.ops.cat\n",
            "3: unknown key 'unsuported' in an argument rule: did you mean 'unsupported'?",
        ),
        (
            "defaults:\n  args:\n    outt: {drop: a}\ntorch.cat: mindspore.ops.cat\n",
            "3: defaults: no row here has an argument outt: did you mean 'out'?",
        ),
        ("defaults:\n  returns: tensr\n", "2: unknown kind in returns 'tensr': did you mean 'tensor'?"),
        ("defaults:\n  grad: maybe\n", "2: unknown value of grad 'maybe'"),
        ("defaults:\n  graph: no\n", '2: graph is written "no: reason"'),
        (
            "torch.abs:\n  to: mindspore.ops.abs\n  args:\n    out: ~\n",
            "4: out: ~ takes a default away, and there is none for out",
        ),
        ("torch.abs:\n  to: mindspore.ops.abs\n  graph: ~\n", "3: graph: ~ takes a default away, and there is none"),
    ],
)
def test_errors_say_where(tables_folder: Path, text: str, message: str) -> None:
    assert error_of(tables_folder, text).startswith(f"mappings/torch.yaml:{message}")


@pytest.mark.parametrize("path", sorted(tables_root().glob("*.yaml")), ids=lambda path: path.name)
def test_no_line_is_over_120_columns(path: Path) -> None:
    lines = enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
    assert [f"{path.name}:{number}" for number, line in lines if len(line) > 120] == []
