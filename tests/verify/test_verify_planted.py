"""A mistake planted in a converted file is reported, with the layer and the line it stands on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from torch2ms.api import convert_source
from torch2ms.mapping.load import load_tables
from torch2ms.mapping.schema import Tables
from torch2ms.model import Outcome
from torch2ms.verify.case import Case, CaseResult, CaseStatus, Stage
from torch2ms.verify.conversion import Converter
from torch2ms.verify.inputs import parse_input
from torch2ms.verify.runner import run_cases

pytestmark = pytest.mark.frameworks

VISION = '''\
import copy

import torch
import torch.nn as nn
import torch.nn.functional as F


class Block(nn.Module):
    def __init__(self, width, slope):
        super().__init__()
        self.conv = nn.Conv2d(
            width,
            width,
            kernel_size=3,
            padding=1,
            bias=False,
        )
        self.bn = nn.BatchNorm2d(width)
        self.act = nn.LeakyReLU(slope)

    def forward(self, x):
        identity = x
        x = self.act(self.bn(self.conv(x)))
        return x + identity


class Gate(nn.Module):
    """A layer made once and deep-copied."""

    def __init__(self, width):
        super().__init__()
        self.squeeze = nn.Conv2d(width, width, 1)

    def forward(self, x):
        weights = torch.sigmoid(self.squeeze(F.adaptive_avg_pool2d(x, 1)))
        return x * weights


class Net(nn.Module):
    def __init__(self, width=8, depth=3):
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(3, width, 3, stride=(2, 1), padding=1),
            nn.BatchNorm2d(width, momentum=0.2),
            nn.Sequential(nn.ReLU(), nn.MaxPool2d(3, stride=2, padding=1)),
        )
        blocks = []
        for index in range(depth):
            blocks.append(Block(width, 0.1 * (index + 1)))
        self.blocks = nn.ModuleList(blocks)
        gate = Gate(width)
        self.gates = nn.ModuleList([copy.deepcopy(gate) for _ in range(2)])
        self.shared = nn.Conv2d(width, width, 1)
        self.pool = nn.AvgPool2d(2)
        self.final = nn.BatchNorm2d(width, eps=1e-3)
        self.head = nn.Linear(width, width)

    def forward(self, x):
        x = self.stem(x)
        for block in self.blocks:
            x = block(x)
        for gate in self.gates:
            x = gate(x)
        x = torch.tanh(self.shared(x))
        x = self.shared(x)
        x = self.final(self.pool(x))
        features = x.mean(dim=(2, 3))
        logits = self.head(features)
        return torch.softmax(logits, dim=1), logits
'''

TEXT = """\
import math

import torch
import torch.nn as nn
import torch.nn.functional as F


class RMSNorm(nn.Module):
    def __init__(self, dim, eps=1e-5):
        super().__init__()
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(dim))

    def forward(self, x):
        scale = torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.eps)
        return x * scale * self.weight


class Attention(nn.Module):
    def __init__(self, dim, heads):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(dim, 3 * dim)
        self.proj = nn.Linear(dim, dim)

    def forward(self, x):
        b, n, c = x.shape
        qkv = self.qkv(x).reshape(b, n, 3, self.heads, c // self.heads).permute(2, 0, 3, 1, 4)
        q, k, v = qkv[0], qkv[1], qkv[2]
        scores = q @ k.transpose(-2, -1) / math.sqrt(c // self.heads)
        scores = scores.softmax(dim=-1)
        x = (scores @ v).transpose(1, 2).reshape(b, n, c)
        return self.proj(x)


class Mlp(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.fc1 = nn.Linear(dim, dim)
        self.act = nn.GELU()
        self.mix = nn.Parameter(torch.randn(dim, dim) / 4)
        self.fc2 = nn.Linear(dim, dim)

    def forward(self, x):
        x = self.act(self.fc1(x))
        x = torch.matmul(x, self.mix)
        x = F.gelu(x)
        return self.fc2(x)


class Layer(nn.Module):
    def __init__(self, dim, heads=2):
        super().__init__()
        self.norm1 = nn.LayerNorm(dim)
        self.attention = Attention(dim, heads)
        self.norm2 = RMSNorm(dim)
        self.mlp = Mlp(dim)

    def forward(self, x):
        y = self.attention(self.norm1(x))
        x = x + y
        y = self.mlp(self.norm2(x))
        gate = torch.sigmoid(y.mean(dim=-1, keepdim=True)).detach()
        y = y * gate
        x = x + y
        return x


class Net(nn.Module):
    def __init__(self, dim=8, depth=2):
        super().__init__()
        self.embedding = nn.Embedding(50, dim)
        self.layers = nn.Sequential(*[Layer(dim) for _ in range(depth)])
        self.norm = nn.LayerNorm(dim)
        self.head = nn.Linear(dim, 3)

    def forward(self, tokens):
        x = self.embedding(tokens)
        x = self.layers(x)
        x = self.norm(x)
        x = x[:, 0]
        return self.head(x)
"""

NETS = {"vision": (VISION, "f32[4,3,24,20]"), "text": (TEXT, "i64[2,6]<50")}


@dataclass(frozen=True, slots=True)
class Plant:
    """`old` becomes `new` in the converted file; `path` is the layer that has to be named.

    The line that has to be named is the one that is changed, or that which holds `line`; for `construct` the first line
    of the method it stands in. Of several occurrences `old` is the one numbered `at`.
    """

    net: str
    old: str
    new: str
    path: str
    line: str = ""
    at: int = 0
    construct: bool = False
    status: CaseStatus = CaseStatus.DIFFERS


EPS = "LayerNorm((dim,), epsilon=1e-5)"
PADDING = '3, stride=2, pad_mode="pad", padding=1'
PLANTS = {
    "LayerNorm eps 1e-6": Plant("text", EPS, "LayerNorm((dim,), epsilon=1e-6)", "layers.0.norm1"),
    "LayerNorm eps 1e-7": Plant("text", EPS, "LayerNorm((dim,), epsilon=1e-7)", "layers.0.norm1"),
    "last LayerNorm eps 1e-6": Plant("text", EPS, "LayerNorm((dim,), epsilon=1e-6)", "norm", at=1),
    "last LayerNorm eps 1e-7": Plant("text", EPS, "LayerNorm((dim,), epsilon=1e-7)", "norm", at=1),
    "BatchNorm eps": Plant("vision", "eps=1e-3", "eps=1e-5", "final"),
    "BatchNorm eps 1e-4 in a loop": Plant(
        "vision", "BatchNorm2d(width)", "BatchNorm2d(width, eps=1e-4)", "blocks.0.bn"
    ),
    "BatchNorm eps 2e-5 in a loop": Plant(
        "vision", "BatchNorm2d(width)", "BatchNorm2d(width, eps=2e-5)", "blocks.0.bn"
    ),
    "RMSNorm eps": Plant("text", "+ self.eps)", "+ self.eps * 10)", "layers.0.norm2"),
    "RMSNorm without eps": Plant("text", " + self.eps)", ")", "layers.0.norm2"),
    "RMSNorm eps in the constructor": Plant(
        "text", "self.eps = eps", "self.eps = 1e-6", "layers.0.norm2", line="rsqrt("
    ),
    "form of GELU, a layer": Plant("text", "approximate=False", "approximate=True", "layers.0.mlp.act"),
    "form of GELU, a function": Plant("text", "ops.gelu(x)", 'ops.gelu(x, approximate="tanh")', "layers.0.mlp"),
    "BatchNorm momentum": Plant("vision", "momentum=0.8", "momentum=0.2", "stem.1"),
    "BatchNorm momentum in a loop": Plant(
        "vision", "BatchNorm2d(width)", "BatchNorm2d(width, momentum=0.1)", "blocks.0.bn"
    ),
    "swapped stride": Plant("vision", "stride=(2, 1)", "stride=(1, 2)", "stem.0"),
    "stride, line of many": Plant(
        "vision",
        "kernel_size=3,",
        "kernel_size=3, stride=2,",
        "blocks.0.conv",
        line="self.conv =",
        status=CaseStatus.MINDSPORE_ERROR,
    ),
    "padding": Plant("vision", PADDING, '3, stride=2, pad_mode="same"', "stem.2.1"),
    "slope": Plant("vision", "LeakyReLU(slope)", "LeakyReLU(0.2)", "blocks.0.act"),
    "slope of a later turn": Plant(
        "vision", "0.1 * (index + 1)", "0.1 * min(index + 1, 2)", "blocks.2.act", line="LeakyReLU("
    ),
    "transposed weight": Plant("text", "ops.matmul(x, self.mix)", "ops.matmul(x, self.mix.T)", "layers.0.mlp"),
    "transposed result": Plant("text", "qkv[0], qkv[1], qkv[2]", "qkv[1], qkv[0], qkv[2]", "layers.0.attention"),
    "missing activation": Plant("text", "self.act(self.fc1(x))", "self.fc1(x)", "layers.0.mlp"),
    "missing activation of a function": Plant(
        "vision", "2 * ops.sigmoid(2 * self.shared(x)) - 1", "self.shared(x)", ""
    ),
    "another activation": Plant("vision", "nn.ReLU()", "nn.ReLU6()", "stem.2.0"),
    "axis of softmax": Plant("text", "softmax(scores, axis=-1)", "softmax(scores, axis=-2)", "layers.0.attention"),
    "axis of the last softmax": Plant("vision", "ops.softmax(logits, axis=1)", "ops.softmax(logits, axis=0)", ""),
    "dropped residual": Plant("vision", "return x + identity", "return x", "blocks.0"),
    "dropped residual of assignments": Plant("text", "x = x + y", "x = y", "layers.0"),
    "the second residual": Plant("text", "x = x + y", "x = y", "layers.0", at=1),
    "no copies": Plant("vision", "copy.deepcopy(gate) for", "gate for", "gates.1.squeeze"),
    "in a deep copy": Plant("vision", "ops.sigmoid(self.squeeze", "ops.tanh(self.squeeze", "gates.0"),
    "no bias": Plant("text", "nn.Dense(dim, 3)", "nn.Dense(dim, 3, has_bias=False)", "head"),
    "frozen": Plant(
        "vision",
        "self.pool =",
        "self.shared.weight.requires_grad = False\n        self.pool =",
        "shared",
        line="self.shared =",
    ),
    "second call of a shared layer": Plant(
        "vision", "        x = self.shared(x)\n", "        x = self.shared(x) + 0.01\n", ""
    ),
    "average of the padding": Plant(
        "vision", "AvgPool2d(2, stride=2)", "AvgPool2d(3, stride=2, pad_mode='same')", "pool"
    ),
    "wrong axis of the mean": Plant("text", "x = x[:, 0]", "x = x[:, -1]", ""),
    "missing stop_gradient": Plant(
        "text",
        "ops.stop_gradient(ops.sigmoid(y.mean(dim=-1, keepdim=True)))",
        "ops.sigmoid(y.mean(dim=-1, keepdim=True))",
        "layers.1",
        construct=True,
    ),
    "extra stop_gradient": Plant(
        "text", "ops.gelu(x)", "ops.gelu(ops.stop_gradient(x))", "layers.1.mlp", construct=True
    ),
    "extra stop_gradient before a layer": Plant(
        "text",
        "self.attention(self.norm1(x))",
        "self.attention(ops.stop_gradient(self.norm1(x)))",
        "layers.1",
        construct=True,
    ),
    "extra stop_gradient in the residual": Plant(
        "vision", "return x + identity", "return x + ops.stop_gradient(identity)", "blocks.2", construct=True
    ),
    "stop_gradient of the features": Plant(
        "vision",
        "features = x.mean(dim=(2, 3))",
        "features = ops.stop_gradient(x.mean(dim=(2, 3)))",
        "",
        construct=True,
    ),
}


def planted(plant: Plant, converted: str) -> tuple[str, int]:
    """The converted source with the mistake, and the number of the line that has to be named."""
    places = [at for at in range(len(converted)) if converted.startswith(plant.old, at)]
    start = places[plant.at]
    source = converted[:start] + plant.new + converted[start + len(plant.old) :]
    lines = source.splitlines()
    if plant.line:
        (line,) = [i for i, text in enumerate(lines, 1) if plant.line in text]
        return source, line
    line = source[: start + len(plant.new)].rstrip("\n").count("\n") + 1
    while plant.construct and "def construct" not in lines[line - 1]:
        line -= 1
    return source, line


def make_cases(tables: Tables, names: set[str]) -> tuple[list[Case], dict[str, int]]:
    cases, lines = [], {}
    for net, (source, spec) in NETS.items():
        converted = convert_source(source, tables=tables).text
        common = {"build": "Net()", "inputs": (("x", parse_input(spec)),), "dropout": False, "thorough": True}
        common |= {"steps": 3, "rate": 1e-3, "allowed": frozenset(Outcome)}
        for name, plant in PLANTS.items():
            if plant.net == net and name in names:
                text, lines[name] = planted(plant, converted)
                cases.append(Case(name, source, mindspore_source=text, seed=net, **common))  # type: ignore[arg-type]
        if net in names:
            cases.append(Case(net, source, seed=net, **common))  # type: ignore[arg-type]
    return cases, lines


@dataclass(frozen=True, slots=True)
class Batch:
    results: Mapping[str, CaseResult]
    lines: Mapping[str, int]


@pytest.fixture(scope="module")
def batch(frameworks: None, collected_names: set[str]) -> Batch:
    tables = load_tables()
    cases, lines = make_cases(tables, collected_names)
    results = run_cases(cases, graph=True, timeout=120, converter=Converter(tables))
    return Batch({result.name: result for result in results}, lines)


@pytest.mark.parametrize("name", NETS)
def test_without_a_plant_they_are_equal(name: str, batch: Batch) -> None:
    result = batch.results[name]
    assert result.ok, result.message
    without = {Stage.STATISTICS} if name == "text" else set()
    assert {measure.stage for measure in result.measures} == set(Stage) - without


@pytest.mark.parametrize("name", PLANTS)
def test_plant_is_found(name: str, batch: Batch) -> None:
    plant, result = PLANTS[name], batch.results[name]
    assert result.status is plant.status, f"{result.message} {result.remarks}"
    divergence = result.divergence
    assert divergence is not None and divergence.torch is not None
    assert divergence.path == plant.path, divergence
    # A layer that MindSpore has not was made nowhere.
    line = None if divergence.mindspore is None else divergence.mindspore.line
    assert line == (None if name == "no copies" else batch.lines[name]), divergence
