"""`mappings prove`: the examples of a user's rows are run in both frameworks, and what agrees is recorded."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from torch2ms.cli import app
from torch2ms.mapping.load import load_tables
from torch2ms.mapping.proofs import record_path
from torch2ms.mapping.schema import Row

pytestmark = pytest.mark.frameworks

# A package as torch has it, and its counterpart, neither of them converted.
PACKAGES = {
    "torchparts.py": """
import torch
from torch import nn


class Scale(nn.Module):
    def __init__(self, size, bias=True):
        super().__init__()
        self.weight = nn.Parameter(torch.rand(size))
        self.bias = nn.Parameter(torch.rand(size)) if bias else None

    def forward(self, x):
        return x * self.weight if self.bias is None else x * self.weight + self.bias


def shifted(x, by=1.0):
    return x + by
""",
    "parts_ms.py": """
import mindspore as ms
from mindspore import nn, ops


class Scale(nn.Cell):
    def __init__(self, size, has_bias=True):
        super().__init__()
        self.gamma = ms.Parameter(ops.ones(size))
        self.bias = ms.Parameter(ops.ones(size)) if has_bias else None

    def construct(self, x):
        return x * self.gamma if self.bias is None else x * self.gamma + self.bias
""",
}
TABLE = """\
torch.relu: {to: mindspore.ops.sigmoid, example: "torch.relu(f(2, 3))"}
torch.tanh: {like: torch.tanh, example: "torch.tanh(f(2, 3))"}
torch.sin:
  like: torch.sin
  example: ["torch.sin(f(2))", "torch.sin(f(2, 3), out=f(2, 3))"]
torch.cos: {like: torch.cos, example: "torch.sin(f(2))"}
torch.tan: {like: torch.tan}
torch.cosh: {like: torch.cosh, example: "x = torch.cosh(f(2))"}
torch.svd: {unsupported: not here}
torchparts.Scale:
  to: parts_ms.Scale
  sig: "(size, bias=True)"
  args: {bias: has_bias}
  params: {weight: gamma}
  example:
    - |
      from torchparts import Scale
      Scale(3)(f(2, 3))
    - |
      import torchparts
      torchparts.Scale(3, bias=False)(f(2, 3))
torchparts.shifted:
  expr: "{x} + {by}"
  sig: "(x, by=1.0)"
  example: |
    from torchparts import shifted
    shifted(f(2, 3), 2.0)
"""
PROVEN = {"torch.tanh", "torchparts.Scale", "torchparts.shifted"}


@dataclass(frozen=True)
class Proved:
    """What one run of the command left."""

    table: Path
    code: int
    lines: dict[str, str]
    rows: dict[str, Row]


@pytest.fixture(scope="module")
def proved(frameworks: None, tmp_path_factory: pytest.TempPathFactory) -> Proved:
    """The table, once it has been proven."""
    folder = tmp_path_factory.mktemp("prove")
    for name, text in PACKAGES.items():
        (folder / name).write_text(text)
    table = folder / "extra.yaml"
    table.write_text(TABLE)
    path = os.pathsep.join([str(folder), *filter(None, [os.environ.get("PYTHONPATH")])])
    result = CliRunner().invoke(app, ["mappings", "prove", str(table)], env={"PYTHONPATH": path})
    lines = {line.split(": ")[1]: line for line in result.stdout.splitlines() if line.startswith(str(table))}
    return Proved(table, result.exit_code, lines, dict(load_tables([table]).rows))


def test_every_row_has_its_line(proved: Proved) -> None:
    assert proved.code == 1
    numbered = {line.partition(":")[0]: n for n, line in enumerate(TABLE.splitlines(), 1) if not line.startswith(" ")}
    assert {name: f"{proved.table}:{n}: {name}: " for name, n in numbered.items()} == {
        name: line[: line.index(f"{name}: ") + len(name) + 2] for name, line in proved.lines.items()
    }


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("torch.relu", "differs: differs: "),
        ("torch.tanh", "proven (1 example)"),
        ("torch.sin", "differs: not-converted: "),
        ("torch.cos", "its example does not use it"),
        ("torch.tan", "no example"),
        ("torch.cosh", "differs: torch-error: the last line of an example"),
        ("torch.svd", "nothing to prove"),
        ("torchparts.Scale", "proven (2 examples)"),
        ("torchparts.shifted", "proven (1 example)"),
    ],
)
def test_what_is_said_of_a_row(name: str, said: str, proved: Proved) -> None:
    assert f"{name}: {said}" in proved.lines[name]


def test_what_agrees_is_recorded(proved: Proved) -> None:
    record = json.loads(record_path(proved.table).read_text())
    assert {proof["row"] for proof in record["proofs"]} == PROVEN
    assert all(proof["torch"] and proof["mindspore"].startswith("2.") for proof in record["proofs"])
    assert {row.name for row in proved.rows.values() if row.users and row.proven} == PROVEN | {"torch.svd"}


def test_the_numbers_are_shown(proved: Proved) -> None:
    assert any(character.isdigit() for character in proved.lines["torch.relu"].partition("differs: ")[2])
