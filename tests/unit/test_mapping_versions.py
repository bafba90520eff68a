"""Captured signatures of several versions side by side: which are read, and what has changed between two."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType

import msgspec
import pytest

from torch2ms.mapping.check import check_tables
from torch2ms.mapping.files import Captured, TableError
from torch2ms.mapping.load import load_tables, tables_root
from torch2ms.mapping.signatures import Overloads
from torch2ms.mapping.versions import UnknownVersion, captured_versions, signature_file, version_key

SHIPPED = tables_root() / "signatures"
SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def test_versions_are_numbers() -> None:
    texts = ["2.10", "2.9", "2.9.1", "10.0", "2.9.0"]
    assert sorted(texts, key=version_key) == ["2.9", "2.9.0", "2.9.1", "2.10", "10.0"]
    assert version_key("2.9") == version_key("2.9.0") != version_key("2.90")
    with pytest.raises(ValueError, match="x"):
        version_key("2.x")


def touch(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).write_text("{}")


def test_the_newest_by_number_is_chosen(tmp_path: Path) -> None:
    touch(tmp_path, "mindspore-2.9.json", "mindspore-2.10.json", "mindspore-2.7.1.json", "torch-2.12.json")
    assert list(captured_versions(tmp_path, "mindspore")) == ["2.7.1", "2.9", "2.10"]
    for asked, name in ((None, "2.10"), ("2.9", "2.9"), ("2.9.0", "2.9"), ("2.7.1", "2.7.1")):
        path = signature_file(tmp_path, "mindspore", asked)
        assert path is not None and path.name == f"mindspore-{name}.json"
    assert signature_file(tmp_path / "nowhere", "torch") is None


@pytest.mark.parametrize("asked", ["2.8", "2", "2.x", ""])
def test_an_unknown_version_is_told_what_there_is(tmp_path: Path, asked: str) -> None:
    touch(tmp_path, "mindspore-2.9.json", "mindspore-2.10.json")
    with pytest.raises(UnknownVersion) as caught:
        signature_file(tmp_path, "mindspore", asked)
    assert str(caught.value) == f"no signatures of mindspore {asked}: there are those of mindspore 2.9, 2.10"


@pytest.mark.parametrize("name", ["mindspore.json", "mindspore-2.x.json", "mindspore-.json", "jax-1.0.json"])
def test_a_file_must_say_its_version(tmp_path: Path, name: str) -> None:
    touch(tmp_path, "mindspore-2.9.json", name)
    with pytest.raises(TableError, match=f"mappings/signatures/{name}:1: a file of signatures is called by"):
        signature_file(tmp_path, "mindspore")


def test_every_shipped_file_is_of_the_version_it_says() -> None:
    for path in SHIPPED.glob("*.json"):
        captured = msgspec.json.decode(path.read_bytes(), type=Captured)
        framework, _, version = path.stem.partition("-")
        assert captured.version.startswith(f"{version}."), path.name
        parsed = Overloads(captured.signatures)
        assert len(parsed) > 4000 and all(parsed[name] for name in parsed)
        assert bool(captured.fields) is (framework == "mindspore")


@pytest.fixture
def older(tables_folder: Path) -> Path:
    """Tables with one row, and signatures of a MindSpore 2.9 that has no ops.trace."""
    (tables_folder / "signatures").unlink()
    folder = tables_folder / "signatures"
    folder.mkdir()
    for path in SHIPPED.iterdir():
        (folder / path.name).symlink_to(path)
    newest = signature_file(SHIPPED, "mindspore")
    assert newest is not None
    captured = json.loads(newest.read_text())
    del captured["signatures"]["mindspore.ops.trace"]
    captured["version"] = "2.1.0"
    (folder / "mindspore-2.1.json").write_text(json.dumps(captured))
    (tables_folder / "torch.yaml").write_text("torch.trace: mindspore.ops.trace\n")
    return tables_folder


def test_only_the_chosen_files_are_read(older: Path) -> None:
    (older / "signatures" / "mindspore-1.0.json").write_text("not JSON")
    newest = load_tables()
    assert "mindspore.ops.trace" in newest.mindspore_names
    assert newest.digest == load_tables().digest != load_tables(mindspore="2.1").digest
    with pytest.raises(TableError, match=r"mindspore-1.0.json:1"):
        load_tables(mindspore="1.0")


def test_rows_that_do_not_hold_in_a_version(older: Path) -> None:
    assert check_tables(load_tables()) == []
    found = [str(problem) for problem in check_tables(load_tables(mindspore="2.1"))]
    assert len(found) == 1
    assert found[0].startswith("mappings/torch.yaml:1: torch.trace: there is no mindspore.ops.trace (did you mean ")


# The drift between two versions


@pytest.fixture(scope="module")
def drift() -> ModuleType:
    spec = importlib.util.spec_from_file_location("signature_drift", SCRIPTS / "signature_drift.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["signature_drift"] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (["(a, b=1)"], ["(a, b=1)"], []),
        (["(a, b=1)"], ["(a)"], ["the argument b is gone"]),
        (["(a)"], ["(a, b=1, *, c)"], ["a new argument b=1", "a new argument c"]),
        (["(a, b=1)"], ["(a, b=2)"], ["b=1 is now b=2"]),
        (["(a, b=1)"], ["(a, b)"], ["b=1 is now b"]),
        (["(a, b=1)"], ["(a, *, b=1)"], ["b is now keyword, was positional"]),
        (["(a, b)"], ["(b, a)"], ["the order is now b, a"]),
        (["(a)", "(b)"], ["(a)", "(c)"], ["(b) is gone", "(c) is new"]),
    ],
)
def test_what_has_changed_in_a_signature(drift: ModuleType, old: list[str], new: list[str], words: list[str]) -> None:
    assert drift.differences(tuple(old), tuple(new)) == words


def test_drift_of_versions_and_the_rows_it_touches(drift: ModuleType, tables_folder: Path) -> None:
    (tables_folder / "torch.yaml").write_text(
        """
torch.trace: mindspore.ops.trace
torch.abs: {expr: "ops.abs({input}).astype(ms.int8)"}
torch.nn.Softmax: {helper: made}
torch.nn.ReLU: mindspore.nn.ReLU
torch.nn.Dropout: {to: mindspore.nn.Dropout}
"""
    )
    (tables_folder / "helpers" / "made.py").write_text(
        "from mindspore import nn, ops\n\n\nclass Made(nn.Softmax):\n    def f(self, x):\n        return ops.exp(x)\n"
    )
    names = ("trace", "abs", "exp", "Opaque", "tanh")
    texts = {f"mindspore.ops.{name}": ("(input)",) for name in names} | {"mindspore.Tensor.astype": ("(dtype)",)}
    layers = {"mindspore.nn.Softmax": "axis softmax", "mindspore.nn.ReLU": "relu", "mindspore.nn.Dropout": "p"}
    old = Captured(texts, fields=layers, version="1.0")
    changed = {**texts, "mindspore.ops.exp": ("(input, out=None)",), "mindspore.Tensor.astype": ("(dtype, copy)",)}
    for name in ("trace", "Opaque"):
        del changed[f"mindspore.ops.{name}"]
    changed["mindspore.ops.new"] = ("()",)
    fields = {**layers, "mindspore.nn.Dropout": "keep_prob", "mindspore.nn.ReLU": "relu more"}
    new = Captured(changed, ("mindspore.ops.Opaque",), fields=fields, version="2.0")
    lines = list(drift.report("mindspore", old, new, load_tables()))
    assert lines == [
        "mindspore 1.0 to 2.0",
        "\ngone: 1",
        "  mindspore.ops.trace",
        "\nnew: 1",
        "  mindspore.ops.new",
        "\nchanged: 3",
        "  mindspore.Tensor.astype",
        "    a new argument copy",
        "  mindspore.ops.Opaque",
        "    how it is called is not known any more",
        "  mindspore.ops.exp",
        "    a new argument out=None",
        "\ninstances have lost: 1",
        "  mindspore.nn.Dropout: p",
        "\ninstances have now: 2",
        "  mindspore.nn.Dropout: keep_prob",
        "  mindspore.nn.ReLU: more",
        "\nrows and helpers touched: 5",
        "  mappings/helpers/made.py:4: Made: mindspore.ops.exp: a new argument out=None",
        "  mappings/torch.yaml:2: torch.trace: mindspore.ops.trace is gone",
        "  mappings/torch.yaml:3: torch.abs: mindspore.Tensor.astype: a new argument copy",
        "  mappings/torch.yaml:4: torch.nn.Softmax: mindspore.ops.exp: a new argument out=None",
        "  mappings/torch.yaml:6: torch.nn.Dropout: instances of mindspore.nn.Dropout have lost p",
    ]


def test_drift_of_torch_touches_rows_and_aliases(drift: ModuleType) -> None:
    old = Captured({"torch.cat": ("(tensors, dim=0)",), "torch.relu": ("(input)",)})
    new = Captured({"torch.relu": ("(input, out=None)",)})
    found = drift.drift(old, new)
    lines = "\n".join(drift.touched(load_tables(), "torch", found))
    assert ": torch.cat: torch.cat is gone" in lines
    assert ": torch.relu: torch.relu: a new argument out=None" in lines
    assert "mappings/aliases.yaml: torch.concat: torch.cat is gone" in lines
