"""Kinds: joining and settling them, and the evidence that makes a value a tensor, or anything else."""

from __future__ import annotations

import ast
from textwrap import dedent

import pytest

from torch2ms.mapping.load import load_tables
from torch2ms.source import kinds as k
from torch2ms.source.infer import Inference
from torch2ms.source.knowledge import Knowledge, named_kind

KNOWLEDGE = Knowledge(load_tables())


def kind_of(source: str, expression: str = "result") -> k.Kind:
    """The kind of the last use of an expression in a file."""
    tree = ast.parse(dedent(source))
    facts = Inference(tree, KNOWLEDGE).run()
    nodes = [n for n in ast.walk(tree) if isinstance(n, ast.expr) and ast.unparse(n) == expression and n in facts.kinds]
    return facts.kind(max(nodes, key=lambda n: (n.lineno, n.col_offset)))


# Join


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (k.TENSOR, k.TENSOR, k.TENSOR),
        (k.TENSOR, k.NONE, k.TENSOR),
        (k.NONE, k.NONE, k.NONE),
        (k.TENSOR, k.PARAMETER, k.TENSOR),
        (k.PARAMETER, k.BUFFER, k.TENSOR),
        (k.INT, k.FLOAT, k.NUMBER),
        (k.INT, k.TENSOR, k.UNKNOWN),
        (k.STR, k.INT, k.UNKNOWN),
        (k.TENSOR, k.NDARRAY, k.UNKNOWN),
        (k.TENSOR, k.UNKNOWN, k.UNKNOWN),
        (k.Seq("list", k.TENSOR), k.Seq("list", k.TENSOR), k.Seq("list", k.TENSOR)),
        (k.Seq("list", k.UNKNOWN, ()), k.Seq("list", k.TENSOR), k.Seq("list", k.TENSOR)),
        (k.Seq("tuple", k.INT), k.SHAPE, k.SHAPE),
        (k.Mapping_(k.INT), k.Mapping_(k.FLOAT), k.Mapping_(k.NUMBER)),
        (k.Module(("torch.nn.Linear",)), k.Module(), k.Module()),
        (
            k.Module(("torch.nn.Linear",)),
            k.Module(("torch.nn.Conv2d",)),
            k.Module(("torch.nn.Linear", "torch.nn.Conv2d")),
        ),
    ],
)
def test_join(a: k.Kind, b: k.Kind, expected: k.Kind) -> None:
    assert k.join(a, b) == expected


@pytest.mark.parametrize(
    ("a", "b"),
    [(k.TENSOR, k.PARAMETER), (k.INT, k.NONE), (k.STR, k.TENSOR), (k.SHAPE, k.Seq("list")), (k.Module(), k.NONE)],
)
def test_join_has_no_order(a: k.Kind, b: k.Kind) -> None:
    assert k.join(a, b) == k.join(b, a)


def test_an_open_value_stays_itself_next_to_a_tensor() -> None:
    value = k.Var()
    assert k.join(value, k.TENSOR) is value is k.join(k.TENSOR, value)
    assert k.join(value, k.INT) is k.UNKNOWN
    assert k.known(value) is k.UNKNOWN
    value.settled = k.STR
    assert k.join(value, k.TENSOR) is k.UNKNOWN


def test_settle_follows_values() -> None:
    first, second = k.Var(), k.Var()
    first.settled = second
    assert k.settle(first) is second
    second.settled = k.TENSOR
    assert k.settle(first) is k.TENSOR is k.known(first)
    assert k.is_tensor(first)


def test_join_all() -> None:
    assert k.join_all([]) is k.UNKNOWN
    assert k.join_all([k.NONE, k.TENSOR, k.BUFFER]) is k.TENSOR


def test_named_kinds() -> None:
    assert named_kind("tensors") == k.Seq("tuple", k.TENSOR)
    assert named_kind("named:values,indices") == k.Named(("values", "indices"))
    assert named_kind("tuple:tensor,tensor") == k.Seq("tuple", k.TENSOR, (k.TENSOR, k.TENSOR))
    assert named_kind("unheard") is k.UNKNOWN


# What shows that a parameter without annotation is a tensor

TENSORS = [
    "x.unsqueeze(0)",
    "x.size(0)",
    "x.view(2, 3)",
    "x.max(dim=1)",
    "x.sum(1, keepdim=True)",
    "x.relu()",
    "x.softmax(1)",
    "torch.relu(x)",
    "torch.cat([x, x])",
    "F.pad(x, (1, 1))",
    "nn.Linear(3, 3)(x)",
    "x.detach().cpu()",
]
NO_TENSORS = [
    "x.split(',')",
    "x.sort()",
    "x.max(3)",
    "x.mean()",
    "x.shape",
    "x.float()",
    "x.copy()",
    "x.item()",
    "x.append(1)",
    "x.index(1)",
    "x.view(rows)",
    "x.size()",
    "x.argmax(rows, 1)",
    "x.format(1)",
    "x.to('cuda')",
    "x.T",
    "x[0]",
    "x + 1",
    "len(x)",
    "torch.tensor(x)",
    "torch.is_tensor(x)",
]
IMPORTS = "import torch\nimport numpy as np\nfrom torch import nn\nimport torch.nn.functional as F\n"


@pytest.mark.parametrize("use", TENSORS)
def test_evidence(use: str) -> None:
    assert kind_of(f"{IMPORTS}def f(x):\n    y = {use}\n    return x", "x") is k.TENSOR


@pytest.mark.parametrize("use", NO_TENSORS)
def test_no_evidence(use: str) -> None:
    assert kind_of(f"{IMPORTS}def f(x, rows):\n    {use}\n    return x", "x") is k.UNKNOWN


def test_an_attribute_no_tensor_has_speaks_against_it() -> None:
    assert kind_of("import torch\ndef f(x):\n    x.rows\n    y = x.clamp(0, 1)\n    return x", "x") is k.UNKNOWN
    assert kind_of("import torch\ndef f(x):\n    y = x.clamp(0, 1)\n    x.rows\n    return x", "x") is k.UNKNOWN


def test_nothing_done_with_the_result_is_no_evidence() -> None:
    assert kind_of(f"{IMPORTS}def f(x):\n    x.detach()\n    return x", "x") is k.UNKNOWN


# Results

RESULTS: dict[str, tuple[str, k.Kind]] = {
    "a method of a tensor": ("torch.zeros(3).view(-1)", k.TENSOR),
    "an operator": ("1 - torch.zeros(3)", k.TENSOR),
    "a comparison": ("torch.zeros(3) > 0", k.TENSOR),
    "identity": ("torch.zeros(3) is None", k.BOOL),
    "a shape": ("torch.zeros(3).shape", k.SHAPE),
    "an item of a shape": ("torch.zeros(3).shape[0]", k.INT),
    "a slice of a shape": ("torch.zeros(3).shape[1:]", k.SHAPE),
    "size": ("torch.zeros(3).size()", k.SHAPE),
    "one size": ("torch.zeros(3).size(0)", k.INT),
    "dim": ("torch.zeros(3).dim()", k.INT),
    "item": ("torch.zeros(3).item()", k.NUMBER),
    "dtype": ("torch.zeros(3).dtype", k.DTYPE),
    "numpy": ("torch.zeros(3).numpy()", k.NDARRAY),
    "an array": ("np.zeros(3)", k.NDARRAY),
    "the sum of an array": ("np.zeros(3).sum()", k.NUMPY),
    "tolist": ("torch.zeros(3).tolist()", k.Seq("list")),
    "the largest": ("torch.zeros(3).max()", k.TENSOR),
    "the largest along an axis": ("torch.zeros(3, 3).max(1)", k.Named(("values", "indices"))),
    "its first part": ("torch.zeros(3, 3).max(1)[0]", k.TENSOR),
    "the function": ("torch.max(torch.zeros(3, 3), 1)", k.Named(("values", "indices"))),
    "a part by name": ("torch.zeros(3, 3).sort(1).values", k.TENSOR),
    "chunks": ("torch.zeros(4).chunk(2)", k.Seq("tuple", k.TENSOR)),
    "one chunk": ("torch.zeros(4).chunk(2)[1]", k.TENSOR),
    "a str": ("'a,b'.split(',')", k.Seq("list", k.STR)),
    "an f-string": ("f'{1}'", k.STR),
    "a dict": ("{'x': torch.zeros(3)}['x']", k.TENSOR),
    "its values": ("list({'x': torch.zeros(3)}.values())[0]", k.TENSOR),
    "a list": ("[torch.zeros(3), torch.ones(3)][-1]", k.TENSOR),
    "a mixed list": ("[torch.zeros(3), 1]", k.Seq("list", k.UNKNOWN, (k.TENSOR, k.INT))),
    "a comprehension": ("[t for t in torch.zeros(3)]", k.Seq("list", k.TENSOR)),
    "either": ("torch.zeros(3) if np else 0", k.UNKNOWN),
    "either or none": ("torch.zeros(3) if np else None", k.TENSOR),
    "a layer": ("nn.Linear(3, 3)", k.Module(("torch.nn.Linear",))),
    "its result": ("nn.Linear(3, 3)(torch.zeros(3))", k.TENSOR),
    "its weight": ("nn.Linear(3, 3).weight", k.PARAMETER),
    "a recurrent layer": ("nn.GRU(3, 3)(torch.zeros(1, 1, 3))[0]", k.TENSOR),
    "a parameter": ("nn.Parameter(torch.zeros(3))", k.PARAMETER),
    "its data": ("nn.Parameter(torch.zeros(3)).data", k.PARAMETER),
    "numbers": ("1 + 2.0", k.FLOAT),
    "a quotient": ("1 / 2", k.FLOAT),
    "a device": ("torch.device('cpu')", k.DEVICE),
    "len": ("len([1])", k.INT),
}


@pytest.mark.parametrize("name", RESULTS)
def test_result(name: str) -> None:
    text, expected = RESULTS[name]
    assert kind_of(f"{IMPORTS}result = {text}\nresult") == expected


# The flow of a program

FLOWS: dict[str, tuple[str, k.Kind]] = {
    "reassigned": ("result = torch.zeros(3)\nresult = 'a'\nresult", k.STR),
    "one branch each": ("if np:\n    result = torch.zeros(3)\nelse:\n    result = torch.ones(3)\nresult", k.TENSOR),
    "branches differ": ("if np:\n    result = torch.zeros(3)\nelse:\n    result = 1\nresult", k.UNKNOWN),
    "none first": ("result = None\nif np:\n    result = torch.zeros(3)\nresult", k.TENSOR),
    "a branch that leaves": (
        "def f(x):\n    result = 1\n    if not torch.is_tensor(x):\n"
        "        return 1\n    else:\n        result = x\n    return result",
        k.TENSOR,
    ),
    "a loop over a tensor": ("for result in torch.zeros(3):\n    result", k.TENSOR),
    "a loop over a range": ("for result in range(3):\n    result", k.INT),
    "a loop over pairs": ("for i, result in enumerate([torch.zeros(3)]):\n    result", k.TENSOR),
    "changed in a loop": ("result = 0\nfor t in torch.zeros(3):\n    result = result + t\nresult", k.UNKNOWN),
    "augmented": ("result = torch.zeros(3)\nresult += 1\nresult", k.TENSOR),
    "a parameter augmented": ("result = nn.Parameter(torch.zeros(3))\nresult -= 1\nresult", k.PARAMETER),
    "unpacked": ("a, result = torch.zeros(3), 1\nresult", k.INT),
    "unpacked shape": ("a, result = torch.zeros(3, 3).shape\nresult", k.INT),
    "the rest": ("a, *result = torch.zeros(3)\nresult", k.Seq("list", k.TENSOR)),
    "a walrus": ("if (result := torch.zeros(3)).sum() > 0:\n    result", k.TENSOR),
    "isinstance": ("def f(result):\n    if isinstance(result, torch.Tensor):\n        return result", k.TENSOR),
    "isinstance of several": (
        "def f(result):\n    if isinstance(result, (nn.Linear, nn.Conv2d)):\n        return result",
        k.Module(("torch.nn.Linear", "torch.nn.Conv2d")),
    ),
    "not isinstance": (
        "def f(result):\n    if not isinstance(result, torch.Tensor):\n        return 1\n    return result",
        k.TENSOR,
    ),
    "is_tensor and": ("def f(result):\n    return torch.is_tensor(result) and result", k.TENSOR),
    "appended": ("xs = []\nfor i in range(3):\n    xs.append(torch.zeros(3))\nresult = xs[0]\nresult", k.TENSOR),
    "shadowed": ("def f(torch):\n    result = torch.zeros(3)\n    return result", k.UNKNOWN),
    "the larger of two": ("result = torch.max(torch.zeros(3), torch.ones(3))\nresult", k.TENSOR),
    "the smaller, by name": ("result = torch.min(torch.zeros(3), other=torch.ones(3))\nresult", k.TENSOR),
    "the largest": ("result = torch.max(torch.zeros(3))\nresult", k.TENSOR),
    "the larger of what is not known": (
        "def f(y):\n    result = torch.max(torch.zeros(3), y)\n    return result",
        k.UNKNOWN,
    ),
    "the median": ("result = torch.zeros(3).median()\nresult", k.TENSOR),
    "deepcopy": ("import copy\nresult = copy.deepcopy(torch.zeros(3))\nresult", k.TENSOR),
    "guarded import": (
        "try:\n    import torch as t\nexcept ImportError:\n    t = None\nresult = t.zeros(3)\nresult",
        k.TENSOR,
    ),
    "annotated": ("def f(result: torch.Tensor):\n    return result", k.TENSOR),
    "annotated as text": ("def f(result: 'torch.Tensor'):\n    return result", k.TENSOR),
    "optional": (
        "from typing import Optional\ndef f(result: Optional[torch.Tensor] = None):\n    return result",
        k.TENSOR,
    ),
    "or none": ("def f(result: torch.Tensor | None):\n    return result", k.TENSOR),
    "several annotated": (
        "from typing import Union\ndef f(result: Union[torch.Tensor, int]):\n    return result",
        k.UNKNOWN,
    ),
    "a list annotated": ("def f(xs: list[torch.Tensor]):\n    result = xs[0]\n    return result", k.TENSOR),
    "the default of a parameter": ("def f(result=3):\n    return result", k.INT),
    "what callers pass": ("def f(result):\n    return result\nf(torch.zeros(3))", k.TENSOR),
    "callers differ": ("def f(result):\n    return result\nf(torch.zeros(3))\nf('a')", k.UNKNOWN),
    "what a function returns": ("def f():\n    return torch.zeros(3)\nresult = f()\nresult", k.TENSOR),
    "a function defined later": (
        "def g():\n    result = f()\n    return result\ndef f():\n    return torch.zeros(3)",
        k.TENSOR,
    ),
    "two returns": (
        "def f(a):\n    if a:\n        return None\n    return torch.zeros(3)\nresult = f(1)\nresult",
        k.TENSOR,
    ),
    "several results": ("def f():\n    return torch.zeros(3), 1\na, result = f()\nresult", k.INT),
}


@pytest.mark.parametrize("name", FLOWS)
def test_flow(name: str) -> None:
    text, expected = FLOWS[name]
    assert kind_of(IMPORTS + text) == expected


CLASS = """
class Net(nn.Module):
    scale = 2

    def __init__(self, width, act=nn.ReLU):
        super().__init__()
        self.fc = nn.Linear(width, 3)
        self.act = act()
        self.state = None
        self.register_buffer("mean", torch.zeros(3))
        self.weight = nn.Parameter(torch.zeros(3))
        self.blocks = nn.ModuleList([nn.Linear(3, 3) for _ in range(3)])
        self.seen = torch.zeros(3)
        self.width = 3

    @property
    def steps(self):
        return self.mean + 1

    def split(self, text):
        return text

    def forward(self, x):
        self.state = self.fc(x)
        result = {}
        return result
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("self.fc", k.Module(("torch.nn.Linear",))),
        ("self.fc(x)", k.TENSOR),
        ("self.fc.weight", k.PARAMETER),
        ("self.act", k.Module(("torch.nn.ReLU",), open=True)),
        ("self.mean", k.BUFFER),
        ("self.weight", k.PARAMETER),
        ("self.seen", k.TENSOR),
        ("self.state", k.TENSOR),
        ("self.steps", k.TENSOR),
        ("self.scale", k.INT),
        ("self.width", k.INT),
        ("self.training", k.BOOL),
        ("self.blocks[0]", k.Module(("torch.nn.Linear",))),
        ("self.blocks[0](x)", k.TENSOR),
        ("[b for b in self.blocks][0]", k.Module(("torch.nn.Linear",))),
        ("self.split('a')", k.STR),
        ("self.unheard", k.UNKNOWN),
        ("x", k.TENSOR),
    ],
)
def test_class(text: str, expected: k.Kind) -> None:
    assert kind_of(IMPORTS + CLASS.replace("{}", text)) == expected


def test_an_attribute_set_to_different_things() -> None:
    source = CLASS.replace("{}", "self.width") + "\n    def other(self):\n        self.width = 'wide'\n"
    assert kind_of(IMPORTS + source) is k.UNKNOWN


def test_a_class_that_is_no_module() -> None:
    source = "class Cfg:\n    def max(self, n):\n        return n\ncfg = Cfg()\nresult = cfg.max(3)\nresult"
    assert not k.is_tensor(kind_of(source))
    assert isinstance(kind_of(source, "cfg"), k.Instance)
