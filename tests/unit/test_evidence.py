"""What a method call shows of its receiver."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from source_state import KNOWLEDGE, expression

from torch2ms.api import convert_source
from torch2ms.source import evidence
from torch2ms.source import kinds as k
from torch2ms.source.evidence import Fit
from torch2ms.source.infer import Inference
from torch2ms.source.neighbours import Files, Neighbours
from torch2ms.source.values import Call


def call(text: str, *args: k.Kind, **keywords: k.Kind) -> Call:
    node = expression(text)
    assert isinstance(node, ast.Call)
    return Call(node, args, dict(keywords))


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        ("unsqueeze", call("f(0)", k.INT), Fit.METHOD),
        ("unsqueeze", call("f(n)", k.UNKNOWN), Fit.METHOD),
        ("unsqueeze", call("f(x, 0)", k.TENSOR, k.INT), Fit.NEITHER),
        ("unsqueeze", call("f(x, 0)", k.UNKNOWN, k.INT), Fit.NEITHER),
        ("size", call("f(y)", k.TENSOR), Fit.NEITHER),
        ("size", call("f(y)", k.UNKNOWN), Fit.EITHER),
        ("size", call("f(0)", k.INT), Fit.METHOD),
        ("argmax", call("f(x, 2)", k.TENSOR, k.INT), Fit.NEITHER),
        ("argmax", call("f(x, 2)", k.UNKNOWN, k.INT), Fit.EITHER),
        ("argmax", call("f(1)", k.INT), Fit.METHOD),
        ("sum", call("f(x, dim=1)", k.TENSOR, dim=k.INT), Fit.NEITHER),
        ("sum", call("f(x, axis=1)", k.TENSOR, axis=k.INT), Fit.NEITHER),
        ("sum", call("f(axis=1)", axis=k.INT), Fit.METHOD),
        ("max", call("f(y)", k.TENSOR), Fit.EITHER),
        ("add_", call("f(y)", k.TENSOR), Fit.METHOD),
        ("add_", call("f(x, y)", k.TENSOR, k.TENSOR), Fit.NEITHER),
        ("copy_", call("f(x, y)", k.TENSOR, k.TENSOR), Fit.EITHER),
        ("exp", call("f(x)", k.UNKNOWN), Fit.NEITHER),
        ("permute", call("f(0, 2, 1)", k.INT, k.INT, k.INT), Fit.METHOD),
        ("permute", call("f(x, axes)", k.UNKNOWN, k.UNKNOWN), Fit.EITHER),
        ("permute", call("f(*axes)", k.UNKNOWN), Fit.METHOD),
        ("contiguous", call("f(x)", k.UNKNOWN), Fit.EITHER),
        ("normal_", call("f(w)", k.PARAMETER), Fit.EITHER),
        ("chunk", call("f('a')", k.STR), Fit.NEITHER),
        ("to", call("f('cpu')", k.STR), Fit.METHOD),
        ("cat", call("f(xs, dim=1)", k.UNKNOWN, dim=k.INT), Fit.NEITHER),
    ],
)
def test_whether_a_tensor_admits_the_call(name: str, given: Call, expected: Fit) -> None:
    assert evidence.fit(KNOWLEDGE, name, given) is expected


@pytest.mark.parametrize(
    ("name", "given", "arrays", "expected"),
    [
        ("size", call("f(0)", k.INT), True, True),
        ("size", call("f()"), True, False),
        ("sum", call("f(dim=0)", dim=k.INT), True, True),
        ("mean", call("f(dim='time')", dim=k.STR), True, False),
        ("sum", call("f(0)", k.INT), True, False),
        ("view", call("f(1, 2)", k.INT, k.INT), True, True),
        ("view", call("f(n)", k.UNKNOWN), False, False),
        ("view", call("f(x.size())", k.SHAPE), True, True),
        ("view", call("f()"), False, False),
        ("reshape", call("f(2)", k.INT), False, True),
        ("reshape", call("f(2)", k.INT), True, False),
        ("transpose", call("f(0)", k.INT), False, False),
        ("transpose", call("f(0, 1)", k.INT, k.INT), False, True),
        ("relu", call("f()"), True, True),
        ("relu", call("f(x)", k.UNKNOWN), True, False),
        ("expand", call("f(node)", k.UNKNOWN), True, False),
        ("expand", call("f(-1, 3)", k.INT, k.INT), True, True),
        ("clamp", call("f(rect)", k.UNKNOWN), True, False),
        ("expand", call("f(3)", k.INT), True, False),
        ("roll", call("f(6)", k.INT), True, False),
        ("topk", call("f(3)", k.INT), True, False),
        ("topk", call("f(3, dim=1)", k.INT, dim=k.INT), True, True),
        ("clamp", call("f(min=0)", min=k.INT), True, True),
        ("pow", call("f(2)", k.INT), True, True),
        ("pow", call("f(n)", k.UNKNOWN), True, False),
        ("backward", call("f()"), True, True),
        ("backward", call("f(loss)", k.UNKNOWN), True, False),
        ("append", call("f(1)", k.INT), False, False),
    ],
)
def test_a_call_only_a_tensor_admits(name: str, given: Call, arrays: bool, expected: bool) -> None:
    assert evidence.shows_tensor(name, given, weak=False, arrays=arrays) is expected


def test_little_is_enough_in_forward() -> None:
    assert evidence.shows_tensor("mean", call("f(0)", k.INT), weak=True, arrays=True)
    assert not evidence.shows_tensor("mean", call("f(0)", k.INT), weak=False, arrays=True)


# Each kind of place a method call was met at in real code: the receiver of the last call of the method is a tensor or a
# module, or it is not known to be one. `# other:` files hold what they say, beside torch or instead of it.

TORCHS = {
    "unsqueeze of a parameter": "def f(x): return x.unsqueeze(1)",
    "the sizes of the value itself": "def f(x):\n    b, c = x.shape\n    return x.view(b, -1)",
    "sizes of a tensor": "def f(x, w: torch.Tensor): return x.view(w.size())",
    "what a module has returned": "net = nn.Linear(2, 3)\ndef f(x):\n    net.eval()\n    return net(x).argmax(1)",
    "an argument of an autograd function": """
class Double(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x): return x * x.size(0)
""",
    "an annotation in quotes": "def f(x: 'torch.Tensor | None'): return x.mean()",
    "an array type": "from jaxtyping import Float\ndef f(x: Float[torch.Tensor, 'a b']): return x.mean()",
    "what a function is said to return": """
from typing import Callable
def f(g: Callable[[int], torch.Tensor]): return g(1).sum()
""",
    "an argument of a function that takes a tensor": """
def g(x: torch.Tensor): return x
def f(x):
    g(x)
    return x.mean()
""",
    "what the file itself makes": """
import sys
me = sys.modules[__name__]
make = torch.ones
def f(): return me.make(2).sum()
""",
    "arguments behind a star": "def f(*xs): return [x.mean() for x in xs]\nf(torch.ones(2))",
    "a field of a dict": "d = {'a': torch.ones(2), 'n': 3}\nd['b'] = torch.ones(2)\ndef f(): return d['b'].mean()",
    "what a loader gives": """
from torch.utils.data import DataLoader, Dataset
class Items(Dataset):
    def __getitem__(self, i): return {"x": torch.ones(2), "n": 3, "name": "a"}
for batch in DataLoader(Items()):
    batch["n"].sum()
""",
    "a module that is moved, then called": "def f(m, x):\n    m = m.to('cpu')\n    m.train()\n    return m(x)",
    "a module whose mode is set": "def f(m): m.eval()",
    "a class of several layers": """
def f(m):
    if isinstance(m, torch.nn.modules.batchnorm._BatchNorm):
        return m.parameters()
""",
    "a number taken in, and a tensor": "def f(x): return x.clamp(0, 1)\nf(1.0)\nf(torch.ones(2))",
}

OTHERS = {
    "a library that is an attribute": """
class Net(nn.Module):
    def __init__(self, lib):
        super().__init__()
        self.lib = lib
    def forward(self, x: torch.Tensor): return self.lib.argmax(x, 2)
""",
    "a size asked of a library": "class A:\n    def f(self, y: torch.Tensor): return self.lib.size(y)",
    "a library that is an argument": "def f(xp, x): return xp.softmax(x, dim=1)",
    "a library in forward": "class Net(nn.Module):\n    def forward(self, x, xp): return xp.mean(x, 1)",
    "a library that is told by another function": "def f(xp, x):\n    xp.concat([x, x])\n    return xp.unsqueeze(1)",
    "the file itself": "import sys\nme = sys.modules[__name__]\ndef f(x): return me.reshape(x, (2, 3))",
    "TensorFlow beside torch": "import tensorflow as tf\ndef f(x): return x.unsqueeze(1)",
    "what TensorFlow has made": "import tensorflow as tf\ndef f(n): return tf.zeros(n).numpy()",
    "JAX in a function": "def f(x):\n    import jax\n    return x.permute(0, 2, 1)",
    "a class of the file": "class Range:\n    def clamp(self, a, b): return self\ndef f(r): return r.clamp(0, 1)",
    "a class of the file that derives from another": """
from base import Base
class Tree(Base):
    def expand(self, a, b): return self
def f(t): return t.expand(1, 2)
""",
    "a class of a file that is not at hand": "from engine import Value\ndef f(): return Value(2.0).relu()",
    "a decimal number": "from decimal import Decimal\ndef f(): return Decimal(2).sqrt()",
    "a caller that passes something else": """
class Tree(Base):
    def add(self): pass
def f(t): return t.expand(1, 2)
f(Tree())
""",
    "nothing is done with the result": "def f(q): q.detach()",
    "a tree": "def f(tree, node): return tree.expand(node)",
    "a table": "def f(df): return df.mean(dim='time')",
    "an evaluator": "def f(node): return node.eval()",
    "a field of a dict that is a number": "d = {'a': torch.ones(2), 'n': 3}\ndef f(): return d['n'].sum()",
    "text that a loader gives": """
from torch.utils.data import DataLoader, Dataset
class Items(Dataset):
    def __getitem__(self, i): return torch.ones(2), "a"
for x, name in DataLoader(Items()):
    name.index("a")
""",
    "arguments behind a star, of several kinds": "def f(*xs): return xs[1].sum()\nf(torch.ones(2), [3])",
    "a frame of pandas": "import pandas as pd\ndef f(p): return pd.read_csv(p).mean()",
    "a trainer": "def f(trainer): trainer.train()",
    "an optimizer with modes": "def f(opt):\n    opt.train()\n    opt.zero_grad()\n    opt.state_dict()",
}


def is_torchs(source: str) -> bool:
    """Whether the receiver of the last method call of a source is known to be torch's."""
    facts = Inference(ast.parse(source), KNOWLEDGE).run()
    methods = [node for node in ast.walk(facts.tree) if isinstance(node, ast.Call) and node.func in facts.attributes]
    last = max(methods, key=lambda node: (node.lineno, node.end_col_offset or 0))
    assert isinstance(last.func, ast.Attribute)
    kind = k.settle(facts.attributes[last.func])
    return kind in k.TENSORS or isinstance(kind, k.Module)


@pytest.mark.parametrize("name", TORCHS)
def test_known_by_evidence(name: str) -> None:
    assert is_torchs(f"import torch\nfrom torch import nn\n{TORCHS[name]}")


@pytest.mark.parametrize("name", OTHERS)
def test_not_known_by_a_name(name: str) -> None:
    assert not is_torchs(f"import torch\nfrom torch import nn\n{OTHERS[name]}")


@pytest.mark.parametrize("name", ["unsqueeze of a parameter", "the sizes of the value itself"])
def test_no_evidence_without_torch(name: str) -> None:
    assert not is_torchs(f"import os\n{TORCHS[name]}")


OTHER_FRAMEWORKS = {
    "tensorflow": """
import sys
import tensorflow as tf
d2l = sys.modules[__name__]  # as in torch


class Net(tf.keras.Model):
    def forward(self, X):
        return d2l.argmax(self.fc(X), 1), d2l.size(X), d2l.reshape(X, (-1,)).numpy(), X.view(2)
""",
    "mxnet": """
from mxnet import autograd, np
from mxnet.gluon import nn  # not torch


class Net(nn.Block):
    def forward(self, X):
        with autograd.record():
            loss = self.loss(self.net(X), X.detach()).sum()
        loss.backward()
        return X.reshape(2, -1).squeeze(0), self.lib.argmax(X, 2), self.training
""",
    "jax": """
import jax.numpy as jnp
from flax import linen as nn  # unlike torch


class Net(nn.Module):
    def forward(self, x):
        return jnp.exp(x).mean(axis=0), x.transpose(0, 1), x.unsqueeze(0), nn.relu(x).size(0)
""",
    "nothing at all": """
def f(x, model):  # of torch
    model.eval()
    return x.unsqueeze(0), model.parameters()
""",
}


@pytest.mark.parametrize("name", OTHER_FRAMEWORKS)
def test_a_file_that_does_not_import_torch_stays_as_it_is(name: str) -> None:
    result = convert_source(OTHER_FRAMEWORKS[name])
    assert result.text == OTHER_FRAMEWORKS[name]
    assert result.sites == ()


def test_what_means_the_same_in_mindspore_is_converted_as_it_stands() -> None:
    source = """\
import torch


def f(maker, x: torch.Tensor):
    a = maker(x)
    return a.mean(), a.item(), a.to(x.dtype), a.sum(), maker(x).float(), a.max(1), maker.float()
"""
    result = convert_source(source)
    outcomes = {site.torch.rpartition(".")[2]: site.outcome.value for site in result.sites if "Tensor." in site.torch}
    assert outcomes == {
        "mean": "converted",
        "item": "converted",
        "to": "converted",
        "dtype": "converted",
        "sum": "converted",
        "float": "unknown",
        "max": "unknown",
    }
    assert source.splitlines()[-1] in result.text


def test_a_module_of_another_file_is_given_tensors(tmp_path: Path) -> None:
    (tmp_path / "__init__.py").write_text("")
    (tmp_path / "base.py").write_text("import torch\nclass Base(torch.nn.Module): pass\n")
    main = tmp_path / "main.py"
    main.write_text("from .base import Base\nclass Net(Base):\n    def forward(self, x): return x.mean(1)\n")
    facts = Inference(ast.parse(main.read_text()), KNOWLEDGE, Neighbours(main, Files())).run()
    assert [k.is_tensor(kind) for node, kind in facts.attributes.items() if node.attr == "mean"] == [True]


def test_functions_of_other_files_give_what_they_promise(tmp_path: Path) -> None:
    (tmp_path / "__init__.py").write_text("")
    (tmp_path / "grids.py").write_text(
        "import torch\nfrom torch import Tensor, no_grad\n"
        "def grid(n) -> Tensor: return torch.ones(n)\n"
        "def pair(n) -> 'tuple[torch.Tensor, int]': return torch.ones(n), n\n"
        "@wrapped\ndef other(n) -> Tensor: return n\n"
        "class Base(torch.nn.Module):\n    @no_grad()\n    def sample(self) -> Tensor: return self.w\n"
        "class Box:\n    def mean(self): return 0\n"
    )
    main = tmp_path / "main.py"
    main.write_text(
        "import torch\nfrom .grids import grid, pair, other, Base, Box\n"
        "def a(): return grid(2).argmax(1)\n"
        "def b():\n    x, n = pair(2)\n    return x.argmax(2), n.argmax(3)\n"
        "def c(): return other(2).argmax(4)\n"
        "class Net(Base):\n    def forward(self): return self.sample().argmax(5)\n"
        "def d(): return Box().unsqueeze(6)\n"
    )
    tree = ast.parse(main.read_text())
    facts = Inference(tree, KNOWLEDGE, Neighbours(main, Files())).run()
    found = {
        node.args[0].value: k.is_tensor(facts.attributes[node.func])
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args
        if node.func in facts.attributes and isinstance(node.args[0], ast.Constant)
    }
    assert found == {1: True, 2: True, 3: False, 4: False, 5: True, 6: False}


@pytest.mark.parametrize(
    ("user", "is_tensor"),
    [
        ("import torch\nfrom .columns import column\n", True),
        ("import torch\nfrom . import columns\n", True),
        ("import math\nfrom .columns import column\n", False),
        ("import torch\n", False),
    ],
)
def test_what_is_used_as_an_array_is_a_tensor_where_torch_is_known(user: str, is_tensor: bool, tmp_path: Path) -> None:
    """A matrix of a package for algebra is indexed as a tensor is, and has a norm."""
    (tmp_path / "__init__.py").write_text("")
    (tmp_path / "user.py").write_text(user)
    path = tmp_path / "columns.py"
    path.write_text("def column(q):\n    u = q[1:, 0]\n    return u.norm()\n")
    facts = Inference(ast.parse(path.read_text()), KNOWLEDGE, Neighbours(path, Files())).run()
    assert [k.is_tensor(kind) for node, kind in facts.attributes.items() if node.attr == "norm"] == [is_tensor]
