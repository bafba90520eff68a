from __future__ import annotations

import pickle
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import pytest

from torch2ms.mapping import load
from torch2ms.mapping.files import TableError, TableFile
from torch2ms.mapping.helper_files import read_helper
from torch2ms.mapping.load import load_tables
from torch2ms.mapping.nodes import read_yaml
from torch2ms.mapping.schema import ArgRule, Condition, Row, Tables, Tolerance


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The cache folder of this test."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "torch2ms"


@pytest.fixture
def root(tables_folder: Path) -> Path:
    return tables_folder


def tables_of(root: Path, text: str) -> Tables:
    (root / "torch.yaml").write_text(text)
    return load_tables()


def row_of(root: Path, text: str) -> Row:
    return next(iter(tables_of(root, text).rows.values()))


def error_of(root: Path, text: str) -> str:
    with pytest.raises(TableError) as caught:
        tables_of(root, text)
    return str(caught.value)


# Rows


def test_short_form(root: Path) -> None:
    row = row_of(root, "torch.nn.Sigmoid: mindspore.nn.Sigmoid\n")
    assert row.body.to == "mindspore.nn.Sigmoid"
    assert row.location == "mappings/torch.yaml:1"
    assert row.receiver is None and not row.proven


def test_every_scalar_is_text(root: Path) -> None:
    row = row_of(
        root,
        """
torch.abs:
  to: mindspore.ops.abs
  args: {a: {default: 1e-5}, b: {default: on}, c: {default: 2.10}, d: {default: null}, e: {default: 'None'}}
""",
    )
    defaults = [rule.default for rule in row.body.args.values()]
    assert defaults == ["1e-5", "on", "2.10", "null", "None"]


def test_argument_rules(root: Path) -> None:
    row = row_of(
        root,
        """
torch.nn.BatchNorm2d:
  to: mindspore.nn.BatchNorm2d
  args:
    dim: axis
    momentum: {value: "1 - {}", reject: "None"}
    inplace: {drop: no in-place, unless: ["True", "1"], note: a copy}
    mode: {only: "'zeros'"}
  add: {pad_mode: "'valid'"}
""",
    )
    assert row.body.args == {
        "dim": ArgRule(to="axis"),
        "momentum": ArgRule(value="1 - {}", reject=("None",)),
        "inplace": ArgRule(drop="no in-place", unless=("True", "1"), note="a copy"),
        "mode": ArgRule(only=("'zeros'",)),
    }
    assert row.body.add == {"pad_mode": "'valid'"}


def test_variants_inherit_what_they_do_not_say(root: Path) -> None:
    row = row_of(
        root,
        """
torch.nn.Conv2d:
  to: mindspore.nn.Conv2d
  args: {groups: group, bias: has_bias}
  add: {pad_mode: "'pad'"}
  note: a note
  when:
    - if: {literal: {padding: ["0", "(0, 0)"]}, len: {stride: [1, 2]}, not: {given: [dtype]}}
      args: {groups: ~, padding: {drop: none}}
      add: {pad_mode: "'valid'"}
    - if: {kind: {padding: [int, str]}, simple: [padding]}
      unknown: ok
      expr: "nn.Conv2d({padding})"
    - helper: conv
""",
    )
    first, second, third = row.variants
    assert first.condition == Condition(
        literal={"padding": ("0", "(0, 0)")}, len={"stride": (1, 2)}, not_=Condition(given=("dtype",))
    )
    assert first.body.to == "mindspore.nn.Conv2d" and first.body.note == "a note"
    assert first.body.args == {"bias": ArgRule(to="has_bias"), "padding": ArgRule(drop="none")}
    assert first.body.add == {"pad_mode": "'valid'"}
    assert second.body.to is None and second.body.expr == "nn.Conv2d({padding})" and second.unknown_ok
    assert third.condition == Condition() and third.body.helper == "conv" and third.body.to is None
    assert row.bodies == (first.body, second.body, third.body, row.body)


def test_layer_keys(root: Path) -> None:
    row = row_of(
        root,
        """
torch.nn.BatchNorm2d:
  to: mindspore.nn.BatchNorm2d
  params: {weight: gamma, num_batches_tracked: ~}
  layouts: {weight: "expand_dims:2"}
  attrs: {in_features: in_channels, padding: ~}
  value: {helper: bn}
  isinstance: mindspore.nn.BatchNorm2d
  returns: tuple:tensor, tensor
  graph: "no: a reason"
  grad: "no"
  tol: {value: 1e-4, because: a reason}
  example: |
    x = f(2, 3)
    x
""",
    )
    assert row.params == {"weight": "gamma", "num_batches_tracked": None}
    assert row.attrs == {"in_features": "in_channels", "padding": None}
    assert row.layouts == {"weight": "expand_dims:2"}
    assert row.value is not None and row.value.helper == "bn"
    assert row.returns == "tuple:tensor,tensor" and row.graph == "a reason" and not row.grad
    assert row.tol == Tolerance(1e-4, "a reason")
    assert row.examples == ("x = f(2, 3)\nx",) and row.proven


# like


def test_method_like_function(root: Path) -> None:
    tables = tables_of(
        root,
        """
torch.cumsum: {to: mindspore.ops.cumsum, args: {dim: axis}, example: "torch.cumsum(f(2), 0)"}
torch.Tensor.cumsum: {like: torch.cumsum}
torch.Tensor.cumsum_: {like: torch.Tensor.cumsum, note: not in place}
""",
    )
    for name in ("torch.Tensor.cumsum", "torch.Tensor.cumsum_"):
        row = tables.rows[name]
        assert row.receiver == "input" and row.body.args == {"dim": ArgRule(to="axis")}
        assert row.signatures[0].params[0].name == "input"
        assert row.examples == () and not row.proven
    assert tables.rows["torch.Tensor.cumsum_"].body.note == "not in place"


def test_own_signature_of_a_method_like_a_function(root: Path) -> None:
    tables = tables_of(root, "torch.tanh: mindspore.ops.tanh\ntorch.Tensor.tanh: {like: torch.tanh, sig: '(x=1)'}\n")
    row = tables.rows["torch.Tensor.tanh"]
    assert row.receiver == "input"
    assert [[p.name for p in signature.params] for signature in row.signatures] == [["input", "x"]]


def test_plain_method_and_its_receiver(root: Path) -> None:
    row = row_of(root, 'torch.Tensor.permute: {expr: "{self}.permute({dims})"}\n')
    assert row.receiver == "self" and [p.name for p in row.signatures[0].params] == ["dims"]
    row = row_of(root, "torch.nn.Module.parameters: mindspore.nn.Cell.get_parameters\n")
    assert row.receiver == "self"


def test_own_outcome_replaces_that_of_like(root: Path) -> None:
    tables = tables_of(
        root,
        """
torch.add: {when: [{if: {given: [alpha]}, expr: "{input}"}], to: mindspore.ops.add}
torch.sub: {like: torch.add, to: mindspore.ops.sub, sig: "(a, b=1)"}
""",
    )
    row = tables.rows["torch.sub"]
    assert row.body.to == "mindspore.ops.sub" and row.variants == ()
    assert [p.name for p in row.signatures[0].params] == ["a", "b"]


# Lookup


def test_aliases_are_folded(root: Path) -> None:
    tables = tables_of(root, "torch.cat: mindspore.ops.cat\n")
    assert tables.row("torch.concat") is tables.rows["torch.cat"]
    assert tables.canonical("torch.concat") == "torch.cat"
    assert tables.row("torch.nothing") is None


def test_overload_that_has_the_arguments(root: Path) -> None:
    tables = load_tables()
    for arguments in ((), ("dim", "keepdim"), ("axis", "initial")):
        found = tables.target("mindspore.Tensor.max", arguments)
        assert found is not None and all(found.get(name) for name in arguments)
    assert tables.target("mindspore.Tensor.max", ("nothing",)) is None
    assert tables.target("mindspore.nothing") is None


def test_shipped_aliases(root: Path) -> None:
    aliases = load_tables().aliases
    assert aliases["torch.nn.modules.conv.Conv2d"] == "torch.nn.Conv2d"
    assert aliases["torch.nn.parameter.Parameter"] == "torch.nn.Parameter"
    assert aliases["torch.long"] == "torch.int64"
    assert aliases["torch.nn.init.xavier_uniform"] == "torch.nn.init.xavier_uniform_"
    assert "torch.autograd.Variable" not in aliases and "torch.nn.modules.utils._pair" not in aliases
    assert not set(aliases.values()) & set(aliases)


@pytest.mark.parametrize(
    ("row", "proven"),
    [
        ('torch.abs: {to: mindspore.ops.abs, example: "torch.abs(f(2))"}', True),
        ("torch.abs: mindspore.ops.abs", False),
        ("torch.abs: {unsupported: why}", True),
        ("torch.float32: mindspore.float32", True),
        ("torch.Tensor.T: {expr: '{self}.T'}", False),
        ("torch.manual_seed: {to: mindspore.set_seed, returns: none}", True),
        ("torch.abs: {when: [{if: {given: [out]}, unsupported: a}], to: mindspore.ops.abs}", False),
    ],
)
def test_proven(root: Path, row: str, proven: bool) -> None:
    assert row_of(root, row + "\n").proven is proven


# Errors


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("torch.abs: {too: x}", "mappings/torch.yaml:1: unknown key 'too' in torch.abs: did you mean 'to'?"),
        ("torch.abs: a\ntorch.abs: b", "mappings/torch.yaml:2: torch.abs is given twice (first on line 1)"),
        ("torch.abs:\n  to: a\n  to: b", "mappings/torch.yaml:3: to is given twice (first on line 2)"),
        ("torch.abs: {to: a, args: {x: {defualt: b}}}", "unknown key 'defualt' in an argument rule"),
        ("torch.abs: {to: a, when: [{if: {givn: [b]}, to: c}]}", "in a condition: did you mean 'given'?"),
        ("torch.abs: {to: a, when: [{iff: {given: [b]}}]}", "in a variant: did you mean 'if'?"),
        ("torch.abs: {to: a, when: {if: {given: [b]}}}", "when must be a list"),
        (
            "torch.abs: {to: a, when: [{if: {kind: {x: tensr}}}]}",
            "unknown kind 'tensr': did you mean 'tensor'",
        ),
        ("torch.abs: {to: a, when: [{if: {len: {x: two}}}]}", "len must be a number"),
        ("torch.abs: {when: [{if: {given: [b]}}]}", "says nothing of to, expr, helper, unsupported"),
        ("torch.abs: {to: a, expr: b}", "both to and expr"),
        ("torch.abs: {note: a}", "torch.abs says nothing of"),
        ("torch.abs: ~", "must be a text"),
        ("torch.abs: [a]", "must be a mapping"),
        ("torch.abs: {like: torch.cos}\ntorch.cos: {like: torch.abs}", "like goes in a circle"),
        ("torch.Tensor.abs: a\ntorch.abs: {like: torch.Tensor.abs}", "torch.abs has no receiver"),
        ("torch.abs: {to: a, sig: '(a, b'}", "mappings/torch.yaml:1: not a signature: (a, b"),
        ("torch.abs: {to: a, graph: never}", 'graph is written "no: reason"'),
        ("torch.abs: {to: a, tol: {value: 1e-4}}", "tol needs a value and a reason"),
        ("torch.abs: {to: a, tol: {value: x, because: y}}", "'x' is not a number"),
        (
            "torch.abs:\n  unsupported: a\n  code: T2M799",
            "mappings/torch.yaml:3: unknown code 'T2M799': did you mean 'T2M703'?",
        ),
        ("torch.abs: {to: a, when: [{if: {given: [b]}, to: c, code: X1}]}", "mappings/torch.yaml:1: unknown code 'X1'"),
        ("torch.abs: {to: a, returns: tensr}", "unknown kind in returns 'tensr': did you mean 'tensor'?"),
        ("torch.abs: {to: a, returns: 'tuple:int,x'}", "unknown kind in returns 'x'"),
        ("torch.abs: {to: a, grad: never}", "unknown value of grad"),
        ("torch.abs: {to: a\ntorch.cos: b", "mappings/torch.yaml:2: "),
        ("- torch.abs", "a table maps torch names to rows"),
        ("[a]: b", "a key must be text"),
    ],
)
def test_errors_say_where_and_what(root: Path, text: str, message: str) -> None:
    assert message in error_of(root, text + "\n")


def test_row_in_two_tables(root: Path) -> None:
    (root / "torch.nn.yaml").write_text("torch.abs: mindspore.ops.abs\n")
    with pytest.raises(TableError, match=r"torch\.abs is also at"):
        load_tables()


def test_error_survives_pickling() -> None:
    error = pickle.loads(pickle.dumps(TableError("a.yaml", 3, "wrong")))
    assert str(error) == "a.yaml:3: wrong"


def test_not_utf8() -> None:
    with pytest.raises(TableError, match=r"a\.yaml:2: not UTF-8"):
        read_yaml(TableFile("a.yaml", b"a: b\nc: \xff\n"))


# User tables


def test_user_table_overrides(root: Path, tmp_path: Path) -> None:
    extra = tmp_path / "mine.yaml"
    extra.write_text("torch.abs: {like: torch.cos, note: mine}\nmylib.f: mindspore.ops.sin\n")
    out = "args: {out: {unsupported: no}}"
    (root / "torch.yaml").write_text(
        f"torch.abs: {{to: mindspore.ops.abs, {out}}}\ntorch.cos: {{to: mindspore.ops.cos, {out}}}\n"
    )
    tables = load_tables([extra])
    assert tables.rows["torch.abs"].body.to == "mindspore.ops.cos"
    assert tables.rows["torch.abs"].location == f"{extra}:1"
    assert tables.rows["mylib.f"].body.to == "mindspore.ops.sin"
    assert load_tables().rows["torch.abs"].body.to == "mindspore.ops.abs"
    assert tables.digest != load_tables().digest


def test_like_without_its_row(root: Path, tmp_path: Path) -> None:
    text = "torch.cos: mindspore.ops.cos\ntorch.sin: {like: torch.coz}\n"
    assert "there is no row torch.coz" in (tables_of(root, text).rows["torch.sin"].body.unsupported or "")
    extra = tmp_path / "mine.yaml"
    extra.write_text("torch.sin: {like: torch.coz}\n")
    with pytest.raises(TableError, match=r"mine\.yaml:1: like: there is no row torch\.coz: did you mean"):
        load_tables([extra])


def test_user_table_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="cannot be read"):
        load_tables([tmp_path / "none.yaml"])


# Helpers


def helper(text: str) -> load.Helper:
    return read_helper("h", TableFile("mappings/helpers/h.py", text.encode()), {"mindspore.nn.X": ["(a, b=1)"]})


def test_helper() -> None:
    found = helper(
        '"""Doc."""\nimport math\nimport mindspore as ms\nfrom mindspore import nn, ops\n'
        "from mindspore.common.initializer import Normal\n\n\n@ms.jit_class\nclass Layer(nn.Cell):\n"
        "    def __init__(self, size, eps=1e-5):\n        self.w = Normal(math.pi)\n"
    )
    assert found.defines == "Layer" and found.source.startswith("@ms.jit_class\nclass Layer")
    assert found.imports == {
        "math": "math",
        "ms": "mindspore",
        "nn": "mindspore.nn",
        "Normal": "mindspore.common.initializer.Normal",
    }
    assert [p.name for p in found.signature.params] == ["size", "eps"]


def test_helper_inherits_its_signature() -> None:
    found = helper("from mindspore import nn\nclass Y(nn.X):\n    pass\n")
    assert [p.name for p in found.signature.params] == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x = 1\ndef f(): ...", "h.py:1: only imports"),
        ("import os\n", "ends with one def or class"),
        ("", "ends with one def or class"),
        ("def f(:\n", "h.py:1: "),
        ("import mindspore.ops\ndef f(): ...", "write: import mindspore.ops as"),
        ("from . import x\ndef f(): ...", "only imports"),
    ],
)
def test_helper_errors(text: str, message: str) -> None:
    with pytest.raises(TableError, match=message):
        helper(text)


# Cache


def test_cache_gives_the_same_tables(root: Path, cache: Path) -> None:
    first = load_tables()
    assert [path.suffix for path in cache.iterdir()] == [".msgpack"]
    second = load_tables()
    assert second.rows == first.rows and second.helpers == first.helpers and second.digest == first.digest
    assert dict(second.aliases) == dict(first.aliases)


def test_broken_cache_is_made_again(root: Path, cache: Path) -> None:
    first = load_tables()
    next(cache.iterdir()).write_bytes(b"broken")
    assert load_tables().rows == first.rows


def test_old_cache_files_go(root: Path, cache: Path) -> None:
    for number in range(12):
        tables_of(root, f"torch.abs: mindspore.ops.f{number}\n")
    assert len(list(cache.iterdir())) == 8


def test_cache_that_cannot_be_written(root: Path, cache: Path) -> None:
    cache.parent.mkdir()
    cache.write_text("a file where the folder should be")
    assert load_tables().rows


def test_change_of_a_table_is_seen(root: Path) -> None:
    load_tables()
    assert tables_of(root, "torch.abs: mindspore.ops.cos\n").rows["torch.abs"].body.to == "mindspore.ops.cos"


def own_calls(run: Callable[[], object]) -> int:
    """How many calls of functions of torch2ms something makes: however busy the machine is, the number is the same."""
    package = str(Path(load.__file__).parent.parent)
    made = 0

    def count(frame: FrameType, event: str, argument: object) -> None:
        nonlocal made
        made += event == "call" and frame.f_code.co_filename.startswith(package)

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        run()
    finally:
        sys.setprofile(before)
    return made


def test_loading_from_the_cache_is_little_work() -> None:
    """It neither compiles rows nor parses signatures, each of which takes a call at the least."""
    compiling = own_calls(load_tables)
    cached = own_calls(load_tables)
    tables = load_tables()
    parsing = own_calls(lambda: [tables.torch_signatures[name] for name in tables.torch_signatures])
    assert 100 * cached < compiling
    assert 10 * cached < len(tables.torch_signatures) < parsing
