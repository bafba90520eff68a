"""What the README shows is what happens."""

from __future__ import annotations

import math
import re
import shlex
from pathlib import Path

import pytest

from torch2ms import convert_source
from torch2ms.codes import FAMILIES
from torch2ms.mapping.load import tables_root
from torch2ms.weights.convert import convert_weights
from torch2ms.weights.dtypes import DType
from torch2ms.weights.tensor import StoredTensor
from torch2ms.weights.torch_file import write_zip

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_example():
    before, after = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    result = convert_source(before)
    assert result.text == after
    assert result.clean


def test_the_families():
    for digit, name in FAMILIES.items():
        assert f"| T2M{digit}xx | {name} |" in README


# The state dict of the README's model, as Block(8).
BLOCK = [
    StoredTensor(name, dtype, shape, (bytes(dtype.size * math.prod(shape)),))
    for name, dtype, shape in (
        ("conv.weight", DType.FLOAT32, (8, 3, 3, 3)),
        ("bn.weight", DType.FLOAT32, (8,)),
        ("bn.bias", DType.FLOAT32, (8,)),
        ("bn.running_mean", DType.FLOAT32, (8,)),
        ("bn.running_var", DType.FLOAT32, (8,)),
        ("bn.num_batches_tracked", DType.INT64, ()),
    )
]
TABLE = '[[tool.torch2ms.verify]]\nfile = "model.py"\nmodel = "Block(8)"\ninputs = ["f32[4,3,8,8]"]\n'
COMMANDS = re.findall(r"^\$ torch2ms (\w+.*?)(?:  +#|  \||$)", README, re.MULTILINE)


@pytest.mark.parametrize("command", COMMANDS)
def test_the_commands(run, here, command, request):
    (here / "src").mkdir()
    (here / "src" / "a.py").write_text("import torch\nx = torch.ones(2)\n")
    before, _ = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    (here / "model.py").write_text(before)
    write_zip(here / "model.pth", BLOCK, {})
    convert_weights(here / "model.pth", here / "model.ckpt")
    (here / "pyproject.toml").write_text(TABLE)
    if "--source" in command or command.startswith("verify"):
        request.getfixturevalue("frameworks")
    command = re.split(r"\s[|<>]\s", command)[0]
    result = run(*shlex.split(command), stdin=b"import torch\nx = torch.ones(2)\n")
    assert result.code == (1 if "--check" in command else 0), result.stderr
    assert result.stdout


def test_the_tables_in_use_are_those_of_the_checkout():
    """An installed package brings its tables along, all of them."""
    files = {path.relative_to(tables_root()) for path in tables_root().rglob("*") if path.is_file()}
    for name in ("*.yaml", "helpers/*.py", "signatures/*.json"):
        for path in (ROOT / "mappings").glob(name):
            relative = path.relative_to(ROOT / "mappings")
            assert relative in files
            assert (tables_root() / relative).read_bytes() == path.read_bytes()
