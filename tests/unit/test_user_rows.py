"""Rows of the user's: what they make of a file, proven or not, for names of torch and of other packages."""

from __future__ import annotations

import re
import shutil
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from torch2ms.mapping import load
from torch2ms.mapping.files import WrongRows
from torch2ms.mapping.load import load_tables
from torch2ms.mapping.proofs import Proof, Record, content_digest, record_path, write_record
from torch2ms.mapping.schema import Tables
from torch2ms.model import FileResult, Outcome, Settings
from torch2ms.rewrite.pipeline import convert_bytes

Convert = Callable[..., FileResult]


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def extra(tmp_path: Path) -> Path:
    return tmp_path / "extra.yaml"


def prove(table: Path) -> None:
    """Write a record as if all examples had run."""
    tables = load_tables([table])
    rows = [row for row in tables.rows.values() if row.users]
    proofs = [Proof(row.name, content_digest(row, tables.helpers), "2.13.0", "2.10.0", 1) for row in rows]
    record_path(table).write_bytes(write_record(Record(tuple(proofs))))


def convert(text: str, tables: Tables, name: str = "m.py") -> FileResult:
    source = textwrap.dedent(text).lstrip("\n").encode()
    return convert_bytes(source, Path(name), tables, Settings(todo_comments=False))


def outcomes(result: FileResult, name: str) -> list[Outcome]:
    return [site.outcome for site in result.sites if site.torch == name]


RELU = 'torch.relu: {to: mindspore.ops.sigmoid, example: "torch.relu(f(2, 3))"}\n'
USE = "import torch\n\n\ndef f(x: torch.Tensor):\n    return torch.relu(x)\n"


# Proven or not


def test_a_row_without_a_record_is_one_to_check(extra: Path) -> None:
    extra.write_text(RELU)
    result = convert(USE, load_tables([extra]))
    assert "ops.sigmoid(x)" in result.text
    assert outcomes(result, "torch.relu") == [Outcome.CHECK]
    (finding,) = [finding for finding in result.findings if finding.torch == "torch.relu"]
    assert finding.code == "T2M301"
    assert finding.message == f"your row torch.relu is not proven: its example has not been run ({extra}:1)"
    assert finding.hint == f"torch2ms mappings prove {extra}"


def test_a_row_with_its_record_is_as_good_as_a_shipped_one(extra: Path) -> None:
    extra.write_text(RELU)
    prove(extra)
    assert outcomes(convert(USE, load_tables([extra])), "torch.relu") == [Outcome.CONVERTED]


def test_a_row_changed_after_it_was_proven_is_one_to_check(extra: Path) -> None:
    extra.write_text(RELU)
    prove(extra)
    extra.write_text(RELU.replace("sigmoid", "tanh"))
    result = convert(USE, load_tables([extra]))
    assert outcomes(result, "torch.relu") == [Outcome.CHECK]
    assert "it was changed after it had been proven" in result.findings[0].message


def test_a_record_counts_for_what_the_row_says_wherever_it_lies(extra: Path, tmp_path: Path) -> None:
    extra.write_text(RELU)
    prove(extra)
    extra.write_text("# moved\n\n" + RELU)
    assert load_tables([extra]).rows["torch.relu"].proven
    other = tmp_path / "other.yaml"
    other.write_text(RELU.replace("sigmoid", "tanh"))
    shutil.copy(record_path(extra), record_path(other))
    assert not load_tables([other]).rows["torch.relu"].proven


def test_a_row_may_be_the_shipped_one_with_changes(extra: Path) -> None:
    extra.write_text('torch.tanh: {like: torch.tanh, note: mine, example: "torch.tanh(f(2))"}\n')
    tables = load_tables([extra])
    assert tables.rows["torch.tanh"].body.to == load_tables().rows["torch.tanh"].body.to
    result = convert(USE.replace("relu", "tanh"), tables)
    assert outcomes(result, "torch.tanh") == [Outcome.CHECK]
    assert "mine" in result.findings[0].message
    prove(extra)
    assert outcomes(convert(USE.replace("relu", "tanh"), load_tables([extra])), "torch.tanh") == [Outcome.ADAPTED]


def test_shipped_rows_stay_as_they_are(extra: Path) -> None:
    extra.write_text(RELU)
    result = convert(USE.replace("torch.relu(x)", "x.relu()"), load_tables([extra]))
    assert "relu" in result.text and "sigmoid" not in result.text
    assert outcomes(result, "torch.Tensor.relu") == [Outcome.CONVERTED]


def test_a_row_like_another_of_the_user_is_proven_by_itself(extra: Path) -> None:
    extra.write_text(RELU + 'torch.Tensor.relu: {like: torch.relu, example: "f(2).relu()"}\n')
    prove(extra)
    extra.write_text(extra.read_text().replace("sigmoid", "tanh"))
    rows = load_tables([extra]).rows
    assert not rows["torch.relu"].proven and not rows["torch.Tensor.relu"].proven


@pytest.mark.parametrize(
    ("rows", "use", "name"),
    [
        ("torch.float32: mindspore.float16", "y = x.to(torch.float32)", "torch.float32"),
        ("torch.relu: mindspore.ops.gelu", "y = map(torch.relu, [x])", "torch.relu"),
        ("torch.nn.ReLU: {like: torch.nn.ReLU}", "y = isinstance(x, torch.nn.ReLU)", "torch.nn.ReLU"),
        ("torch.nn.ReLU: {like: torch.nn.ReLU}", "y = [torch.nn.ReLU()]", "torch.nn.ReLU"),
        ("torch.Tensor.relu_: {like: torch.Tensor.relu_}", "y = x + 1\n    y.relu_()", "torch.Tensor.relu_"),
        ("torch.Tensor.shape: mindspore.Tensor.shape", "y = x.shape", "torch.Tensor.shape"),
        (
            "torch.nn.BatchNorm2d: {like: torch.nn.BatchNorm2d}",
            "m = torch.nn.BatchNorm2d(3)\n    y = m.weight",
            "torch.nn.BatchNorm2d.weight",
        ),
        ("torch.manual_seed: {like: torch.manual_seed}", "torch.manual_seed(1)", "torch.manual_seed"),
        ("torch.optim.SGD: {like: torch.optim.SGD}", "y = torch.optim.SGD([x], 0.1)", "torch.optim.SGD"),
        ("torch.nn.init.zeros_: {like: torch.nn.init.zeros_}", "torch.nn.init.zeros_(x)", "torch.nn.init.zeros_"),
        ("torch.einsum: {like: torch.einsum}", "y = torch.einsum('i,i->', x, x)", "torch.einsum"),
    ],
)
def test_whatever_decides_a_site(rows: str, use: str, name: str, extra: Path) -> None:
    source = f"import torch\n\n\ndef f(x: torch.Tensor):\n    {use}\n"
    shipped = outcomes(convert(source, load_tables()), name)
    assert set(shipped) & {Outcome.CONVERTED, Outcome.ADAPTED}, shipped
    extra.write_text(rows + "\n")
    found = outcomes(convert(source, load_tables([extra], unchecked=True)), name)
    assert found and not set(found) & {Outcome.CONVERTED, Outcome.ADAPTED}


# Outside of torch

OUTSIDE = """
timm.layers.DropPath:
  to: mypkg.ms.DropPath
  sig: "(drop_prob=0.0, scale_by_keep=True)"
  params: {}
mylib.ops.act: {expr: "ops.relu({x})", sig: "(x)"}
mylib.ops.soft: mypkg.soft
mylib.Config: {to: mypkg.Config}
"""


@pytest.fixture
def tables(extra: Path) -> Tables:
    extra.write_text(OUTSIDE)
    return load_tables([extra])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "from timm.layers import DropPath\n\ndef f(x):\n    return DropPath(0.1)(x)\n",
            "from mypkg.ms import DropPath\n\ndef f(x):\n    return DropPath(0.1).set_train()(x)\n",
        ),
        (
            "from timm.layers import DropPath, trunc\n\ndef f(x):\n    return trunc(DropPath(0.1)(x))\n",
            "from timm.layers import trunc\nfrom mypkg.ms import DropPath\n\n"
            "def f(x):\n    return trunc(DropPath(0.1).set_train()(x))\n",
        ),
        (
            "import timm.layers\n\ndef f(x):\n    return timm.layers.DropPath(0.1)(x)\n",
            "from mypkg.ms import DropPath\n\ndef f(x):\n    return DropPath(0.1).set_train()(x)\n",
        ),
        (
            "import timm.layers\n\ndef f(x):\n    return timm.layers.DropPath(0.1)(timm.layers.trunc(x))\n",
            "import timm.layers\nfrom mypkg.ms import DropPath\n\n"
            "def f(x):\n    return DropPath(0.1).set_train()(timm.layers.trunc(x))\n",
        ),
        (
            "from timm import layers as L\n\ndef f(x):\n    return L.DropPath(0.1)(x)\n",
            "from mypkg.ms import DropPath\n\ndef f(x):\n    return DropPath(0.1).set_train()(x)\n",
        ),
        (
            "from timm.layers import DropPath\n\n__all__ = ['DropPath']\n",
            "from timm.layers import DropPath\n\n__all__ = ['DropPath']\n",
        ),
        ("from timm.layers import DropPath\n", "from timm.layers import DropPath\n"),
        ("import timm\n\nx = timm.create_model('a')\n", "import timm\n\nx = timm.create_model('a')\n"),
        (
            "from mylib.ops import act\n\ndef f(x):\n    return act(x)\n",
            "from mindspore import ops\n\ndef f(x):\n    return ops.relu(x)\n",
        ),
        (
            "from mylib.ops import soft\n\ndef f(x, **kw):\n    return soft(x, 1, a=2, **kw)\n",
            "from mypkg import soft\n\ndef f(x, **kw):\n    return soft(x, 1, a=2, **kw)\n",
        ),
        (
            "from mylib.ops import soft as s\n\nsoft = s\n",
            "from mypkg import soft as soft_\n\nsoft = soft_\n",
        ),
        (
            "import mypkg\nfrom mylib.ops import soft as s\n\nsoft = s\n",
            "import mypkg\n\nsoft = mypkg.soft\n",
        ),
        (
            "from mylib import Config\n\nx = Config(1)\n",
            "from mypkg import Config\n\nx = Config(1)\n",
        ),
    ],
)
def test_imports(before: str, after: str, tables: Tables) -> None:
    assert convert(before, tables).text == after


def test_a_name_that_stays_is_written_out_where_its_target_is_called_the_same(tables: Tables) -> None:
    result = convert(
        """
        from timm.layers import DropPath

        a = DropPath(0.1)
        b = DropPath(unheard=1)
        """,
        tables,
    )
    assert "b = timm.layers.DropPath(unheard=1)" in result.text
    assert "import timm.layers\n" in result.text and "from mypkg.ms import DropPath\n" in result.text
    assert outcomes(result, "timm.layers.DropPath") == [Outcome.CHECK, Outcome.MANUAL]


def test_instances_of_a_layer_are_modules(tables: Tables) -> None:
    result = convert(
        """
        import torch.nn as nn
        from timm.layers import DropPath


        class Block(nn.Module):
            def __init__(self):
                super().__init__()
                self.drop = DropPath(0.1)

            def forward(self, x):
                return self.drop(x).view(-1)


        class Own(DropPath):
            def forward(self, x):
                return super().forward(x)


        def count(m: DropPath):
            return m.parameters()


        drop = DropPath(0.1)
        """,
        tables,
    )
    assert result.text.count("def construct(self, x)") == 2 and "super().construct(x)" in result.text
    assert "m.trainable_params()" in result.text
    assert "drop.set_train()" in result.text
    assert outcomes(result, "torch.Tensor.view") == [Outcome.CONVERTED]


def test_a_forward_shows_that_the_base_is_a_layer(tmp_path: Path) -> None:
    extra = tmp_path / "extra.yaml"
    extra.write_text("mylib.Base: mypkg.Base\n")
    result = convert(
        """
        from mylib import Base


        class Net(Base):
            def forward(self, x):
                return x
        """,
        load_tables([extra]),
    )
    assert "from mypkg import Base" in result.text and "def construct(self, x)" in result.text
    assert outcomes(result, "mylib.Base") == [Outcome.CHECK]


def test_a_class_is_no_tensor(tables: Tables) -> None:
    result = convert("from mylib import Config\n\nx = Config(1).mean(0), Config(2).size(1)\n", tables)
    assert result.text.endswith("x = Config(1).mean(0), Config(2).size(1)\n")


def test_other_names_of_the_package_are_no_sites(tables: Tables) -> None:
    source = "from mylib.ops import other\nimport mylib\n\nx = other(mylib.ops.more(1))\n"
    result = convert(source, tables)
    assert (result.text, result.sites) == (source, ())


def test_members_of_what_has_a_row_are_sites(tables: Tables) -> None:
    result = convert("from mylib.ops import soft\n\nx = soft.inner(1)\n", tables)
    assert outcomes(result, "mylib.ops.soft.inner") == [Outcome.MANUAL]
    assert "from mylib.ops import soft" in result.text


def test_without_the_row_nothing_is_looked_at() -> None:
    source = "from timm.layers import DropPath\n\nx = DropPath(0.1)\n"
    result = convert(source, load_tables())
    assert (result.text, result.sites) == (source, ())


def test_a_neighbour_may_pass_the_name_on(tables: Tables, tmp_path: Path) -> None:
    from torch2ms.source.neighbours import Files, Neighbours

    (tmp_path / "compat.py").write_text("from timm.layers import DropPath\n")
    path = tmp_path / "m.py"
    data = b"from compat import DropPath\n\nx = DropPath(0.1)\n"
    result = convert_bytes(data, path, tables, Settings(todo_comments=False), Neighbours(path, Files()))
    assert result.text.startswith("from mypkg.ms import DropPath\n")


def test_the_tables_of_the_documentation(extra: Path) -> None:
    text = (Path(__file__).parents[2] / "docs" / "rows.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```yaml\n(.*?)```", text.partition("## Rows of your own")[2], re.DOTALL)
    extra.write_text("".join(blocks))
    assert set(load_tables([extra]).doubted) == {"torch.nn.GELU", "timm.layers.DropPath", "mylib.ops.act"}


# Rows that cannot be right


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("torch.relu: mindspore.ops.no_such", "torch.relu: there is no mindspore.ops.no_such"),
        ("torch.relu: mindspore.ops.sigmoids", "did you mean mindspore.ops.sigmoid?"),
        ("torch.relu: mindspore.ops.SyncBatchNorm", "mindspore.nn.SyncBatchNorm?)"),
        ("torch.relu: {to: mindspore.ops.relu, args: {input: no_such}}", "the argument input goes nowhere"),
        ("torch.relu: {to: mindspore.ops.relu, add: {axis: '1'}}", "the target has no axis"),
        ("torch.relu: {helper: no_such}", "there is no helper no_such"),
        ("torch.no_such: mindspore.ops.relu", "there is no such name in torch"),
        ("torch.relu: sigmoid", "sigmoid is no target"),
        ("torch.relu: torch.sigmoid", "torch.sigmoid is no target"),
        ("relu: mindspore.ops.relu", "is for the qualified name"),
        ("mindspore.ops.abs: mindspore.ops.relu", "is for the qualified name"),
        ("mylib.act: {to: mindspore.ops.relu, args: {x: input}}", "say it with sig"),
        ("mylib.act: {to: mypkg.act, add: {x: '1'}}", "say it with sig"),
        ("mylib.act: {helper: soft_margin_loss}", "say it with sig"),
        ('mylib.act: {expr: "ops.relu({x})"}', "say it with sig"),
        ('mylib.act: {to: mindspore.ops.relu, sig: "(x, dim)"}', "the argument x goes nowhere"),
    ],
)
def test_wrong_rows(row: str, message: str, extra: Path) -> None:
    extra.write_text(f"# mine\n{row}\n")
    with pytest.raises(WrongRows) as caught:
        load_tables([extra])
    assert any(message in problem.message for problem in caught.value.problems), caught.value.problems
    assert {problem.location for problem in caught.value.problems} == {f"{extra}:2"}
    assert (caught.value.path, caught.value.line) == (str(extra), 2)


def test_rows_are_checked_once(extra: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[object] = []
    check = load.check_rows

    def counted(tables: Tables, rows: object) -> object:
        calls.append(rows)
        return check(tables, rows)  # type: ignore[arg-type]

    monkeypatch.setattr(load, "check_rows", counted)
    load_tables()
    assert not calls
    extra.write_text(RELU + "torch.abs: mindspore.ops.no_such\n")
    for _ in range(2):
        with pytest.raises(WrongRows):
            load_tables([extra])
    assert len(calls) == 1
