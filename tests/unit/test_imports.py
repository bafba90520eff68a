"""The imports of the output: how MindSpore names are spelled, which statements go, stay and come."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from torch2ms.mapping.load import load_tables
from torch2ms.mapping.prelude import PRELUDE
from torch2ms.model import FileResult, Settings, Status
from torch2ms.rewrite.imports import Imports
from torch2ms.rewrite.pipeline import convert_bytes
from torch2ms.source.infer import Inference
from torch2ms.source.knowledge import Knowledge

TABLES = load_tables()


def imports_of(source: str) -> Imports:
    know = Knowledge(TABLES)
    return Imports.of(Inference(ast.parse(source), know).run(), know)


def convert(data: bytes) -> FileResult:
    result = convert_bytes(data, Path("made.py"), TABLES, Settings())
    assert result.error is None
    return result


# Spelling


@pytest.mark.parametrize(
    ("source", "qualified", "expected", "lines"),
    [
        ("", "mindspore.ops.cat", "ops.cat", ["from mindspore import ops"]),
        ("", "mindspore.nn.Conv2d", "nn.Conv2d", ["from mindspore import nn"]),
        ("", "mindspore.Tensor", "Tensor", ["from mindspore import Tensor"]),
        ("", "mindspore.float32", "ms.float32", ["import mindspore as ms"]),
        ("", "mindspore.numpy.roll", "mnp.roll", ["import mindspore.numpy as mnp"]),
        (
            "",
            "mindspore.common.initializer.Normal",
            "Normal",
            ["from mindspore.common.initializer import Normal"],
        ),
        (
            "",
            "mindspore.experimental.optim.SGD",
            "optim.SGD",
            ["from mindspore.experimental import optim"],
        ),
        ("", "numpy", "np", ["import numpy as np"]),
        ("", "math.pi", "math.pi", ["import math"]),
        ("", "functools.partial", "partial", ["from functools import partial"]),
        ("import torch.nn as nn", "mindspore.nn.Conv2d", "nn.Conv2d", ["from mindspore import nn"]),
        ("import numpy", "numpy", "numpy", []),
        ("import numpy as n", "numpy", "n", []),
        ("import mindspore", "mindspore.float32", "mindspore.float32", []),
        ("from mindspore import ops as o", "mindspore.ops.cat", "o.cat", []),
        ("import mindspore.ops as ops", "mindspore.ops.cat", "ops.cat", []),
        ("ops = 1", "mindspore.ops.cat", "ms.ops.cat", ["import mindspore as ms"]),
        ("def f(ops): pass", "mindspore.ops.cat", "ms.ops.cat", ["import mindspore as ms"]),
        ("from . import ops", "mindspore.ops.cat", "ms.ops.cat", ["import mindspore as ms"]),
        ("import ops", "mindspore.ops.cat", "ms.ops.cat", ["import mindspore as ms"]),
        ("ops = ms = 1", "mindspore.ops.cat", "mindspore.ops.cat", ["import mindspore"]),
        (
            "optim = 1",
            "mindspore.experimental.optim.SGD",
            "ms_optim.SGD",
            ["from mindspore.experimental import optim as ms_optim"],
        ),
    ],
)
def test_spelled(source: str, qualified: str, expected: str, lines: list[str]) -> None:
    imports = imports_of(source)
    assert imports.spell(qualified) == expected
    assert imports.statements() == lines


def test_templates_are_spelled_for_the_file() -> None:
    imports = imports_of("ops = 1")
    assert imports.localise("ops.cat({ops}, ops=ms.float32)") == "ms.ops.cat({ops}, ops=ms.float32)"
    assert imports.localise("x.ops + 'ops'") == "x.ops + 'ops'"
    assert imports.localise("for x in ops.y():") == "for x in ms.ops.y():"
    assert imports.localise("x for _, x in {self}.y()") == "x for _, x in {self}.y()"


def test_statements_are_sorted() -> None:
    imports = imports_of("")
    for name in ("Tensor", "ops", "nn", "ms", "np", "Normal", "initializer", "Parameter", "partial"):
        imports.spell(PRELUDE[name])
    assert imports.statements() == [
        "from functools import partial",
        "import numpy as np",
        "import mindspore as ms",
        "from mindspore import nn, ops, Tensor, Parameter",
        "from mindspore.common.initializer import initializer, Normal",
    ]


def test_long_imports_are_broken() -> None:
    imports = imports_of("")
    for name in ("HeNormal", "HeUniform", "XavierNormal", "XavierUniform", "TruncatedNormal", "Orthogonal"):
        imports.spell(PRELUDE[name])
    (statement,) = ["\n".join(imports.statements())]
    assert statement.startswith("from mindspore.common.initializer import (\n    HeNormal,\n")
    ast.parse(statement)


# Files


def text(source: str) -> str:
    return convert(source.encode()).text


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_newlines_stay(newline: str) -> None:
    source = "import os\nimport torch\nfrom torch import nn\n\n\ndef f():\n\treturn os, torch.zeros(3), nn.ReLU()\n"
    expected = "import os\nfrom mindspore import nn, ops\n\n\ndef f():\n\treturn os, ops.zeros((3,)), nn.ReLU()\n"
    result = convert(source.replace("\n", newline).encode())
    assert result.output == expected.replace("\n", newline).encode()


def test_tabs_and_helpers() -> None:
    source = "from torch import nn\r\n\r\nclass Net(nn.Module):\r\n\tdef forward(self, x):\r\n\t\treturn x.tanh()\r\n"
    result = convert(source.encode())
    assert b"\r\n\tdef construct(self, x):\r\n\t\treturn " in result.output
    assert result.output.count(b"\n") == result.output.count(b"\r\n")


def test_bom_and_coding_line_stay() -> None:
    source = "\ufeff# coding: utf-8\n# é\nimport torch\nx = torch.zeros(3)\n"
    expected = "\ufeff# coding: utf-8\n# é\nfrom mindspore import ops\nx = ops.zeros((3,))\n"
    assert convert(source.encode()).output == expected.encode()
    latin = "# coding: latin-1\n# é\nimport torch\nx = torch.zeros(3)\n"
    expected = "# coding: latin-1\n# é\nfrom mindspore import ops\nx = ops.zeros((3,))\n"
    assert convert(latin.encode("latin-1")).output == expected.encode("latin-1")


def test_a_file_without_final_newline() -> None:
    assert text("import torch\nx = torch.zeros(3)") == "from mindspore import ops\nx = ops.zeros((3,))"


def test_docstring_and_future_come_first() -> None:
    source = '"""Docs."""\nfrom __future__ import annotations\ndef f():\n    import torch\n    return torch.zeros(3)\n'
    assert text(source).startswith(
        '"""Docs."""\nfrom __future__ import annotations\nfrom mindspore import ops\ndef f():\n    return'
    )


def test_a_file_that_is_only_a_function() -> None:
    source = "def f():\n    import torch\n    return torch.zeros(3)\n"
    assert text(source) == "from mindspore import ops\ndef f():\n    return ops.zeros((3,))\n"


def test_relative_imports_stay() -> None:
    source = "from .torch import nn\nfrom . import torch\nfrom ..x import *\n\nnn.Linear(torch.zeros(3))\n"
    assert convert(source.encode()).status is Status.UNCHANGED


def test_a_submodule_that_is_needed_stays() -> None:
    source = "import torch\nimport torch.unheard.deep\n\ntorch.zeros(3)\ntorch.unheard.deep.thing(1)\n"
    converted = text(source)
    assert "import torch.unheard.deep\n" in converted
    assert "ops.zeros((3,))" in converted
    assert "\ntorch.unheard.deep.thing(1)\n" in converted


def test_an_import_that_stays_is_reported_once() -> None:
    result = convert(b"import torch\n\ntorch.unheard(1)\ntorch.unheard(2)\n")
    assert [finding.code for finding in result.findings].count("T2M102") == 1


def test_a_left_name_is_written_out_where_its_alias_is_needed() -> None:
    converted = text("import torch.nn as nn\n\na = nn.Unheard()\nb = nn.Linear(3, 3)\n")
    assert "import torch\n" in converted
    assert "a = torch.nn.Unheard()" in converted
    assert "b = nn.Dense(3, 3)" in converted


def test_a_left_alias_nothing_else_needs_stays() -> None:
    converted = text("import torch.nn as layers\n\na = layers.Unheard()\nb = layers.Linear(3, 3)\n")
    assert converted.startswith("import torch.nn as layers\nfrom mindspore import nn\n")
    assert "a = layers.Unheard()" in converted


def test_two_names_for_one_thing() -> None:
    converted = text(
        "import torch\nimport torch as t\nfrom torch import zeros as z\n\nx = torch.zeros(3), t.zeros(3), z(3)\n"
    )
    assert converted == "from mindspore import ops\n\nx = ops.zeros((3,)), ops.zeros((3,)), ops.zeros((3,))\n"


def test_a_name_imported_twice_means_the_last() -> None:
    source = (
        "from torch.nn import Linear\nfrom .layers import Linear\nimport torch\n\nx = Linear(3, 3), torch.zeros(3)\n"
    )
    assert "x = Linear(3, 3), ops.zeros((3,))" in text(source)


def test_a_name_that_only_imports_of_other_parts_bind_keeps_one_of_them() -> None:
    source = b"import torch.fx\nimport torch.overrides\nimport torch.nn as nn\n\nnn.ReLU()\ntorch.unheard.thing(1)\n"
    output = convert(source).output.decode()
    assert "import torch.fx\n" in output
    assert "torch.overrides" not in output


def test_an_import_for_annotations_goes_when_the_output_has_it_for_all() -> None:
    source = (
        b"from __future__ import annotations\n\nfrom typing import TYPE_CHECKING\n\nimport torch\n\n"
        b"if TYPE_CHECKING:\n    import os\n    import json\n\n\n"
        b"def keep(state: dict, path: os.PathLike, other: json.JSONDecoder):\n    torch.save(state, path)\n"
    )
    output = convert(source).output.decode()
    assert output.count("import os\n") == 1
    assert "    import json\n" in output


def test_the_name_of_a_logger_reads_no_import() -> None:
    source = b'import logging\nimport kit\nimport other\nimport torch\n\nlog = logging.getLogger("kit")\n'
    source += b'x = torch.ones(2, device=kit.device) + eval("other")\ny = torch.ones(2, device=other.device)\n'
    output = convert(source).output.decode()
    assert "import kit" not in output
    assert "import other\n" in output


def test_names_for_types_in_strings() -> None:
    source = b"from typing import TypeAlias, TypeVar, Union\n\nimport torch\n\n"
    source += b'T = TypeVar("T", bound="torch.Tensor")\nAudio = Union[str, "torch.Tensor", list]\n'
    source += b'Edge: TypeAlias = Union["torch.Tensor", int]\n'
    output = convert(source).output.decode()
    assert 'T = TypeVar("T", bound="Tensor")\nAudio = Union[str, "Tensor", list]\n' in output
    assert 'Edge: TypeAlias = Union["Tensor", int]' in output
    assert "torch" not in output
