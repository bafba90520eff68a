"""What is known of names and values: the kind of the receiver of each method call, and which classes are modules."""

from __future__ import annotations

import ast
from textwrap import dedent

import pytest

from torch2ms.mapping.load import load_tables
from torch2ms.mapping.schema import Tables
from torch2ms.source import kinds as k
from torch2ms.source.facts import Facts, is_module_class
from torch2ms.source.infer import Inference
from torch2ms.source.knowledge import Knowledge


@pytest.fixture(scope="module")
def tables() -> Tables:
    return load_tables()


def run(source: str, tables: Tables) -> Facts:
    return Inference(ast.parse(dedent(source)), Knowledge(tables)).run()


def receiver(source: str, method: str, tables: Tables) -> k.Kind:
    """The kind of the receiver of the only call of a method."""
    facts = run(source if "torch" in source else f"import torch\n{source}", tables)
    (found,) = [kind for node, kind in facts.attributes.items() if node.attr == method]
    return k.known(found)


TENSORS = {
    "a method after it shows it": ("def f(y): return y.reshape(2, 3).unsqueeze(0)", "reshape"),
    "arithmetic with a number keeps it": ("def f(x): return (x + 3).clamp(min=0)", "clamp"),
    "what is clamped after an addition is a tensor": (
        "def f(x):\n    a = x.mean(1)\n    return (x + 3).clamp(min=0)",
        "mean",
    ),
    "both sides of a matrix product": (
        "def f(q, k): return (q @ k.transpose(0, 1)).softmax(dim=-1)",
        "transpose",
    ),
    "a comparison reduced along an axis": ("def f(c): return (c == -1).all(dim=-1)", "all"),
    "an attribute of an unknown object": ("def f(model, w): model.norm.weight.copy_(w)", "copy_"),
    "what is taken from an unknown object": ("def f(o):\n    loc = o.loc\n    return loc.unsqueeze(0)", "unsqueeze"),
    "the data of a buffer": (
        """
        from torch import nn
        class Net(nn.Module):
            def __init__(self, make):
                super().__init__()
                freq, _ = make()
                self.freq = nn.Buffer(freq)
                self.first = freq.clone()
        """,
        "clone",
    ),
    "cast, then computed with, in forward": (
        """
        from torch import nn
        class Norm(nn.Module):
            def forward(self, x):
                return x.to(self.dtype).pow(2)
        """,
        "to",
    ),
    "one branch is known": (
        """
        import torch
        from torch import nn
        class Net(nn.Module):
            def forward(self, x: torch.Tensor, flag):
                for block in self.blocks:
                    x = block(x)
                y = self.norm(x) if flag else x
                return y.view(1)
        """,
        "view",
    ),
    "a call of a layer of a base class": (
        """
        from torch import nn
        from .base import Base
        class Attention(Base):
            def forward(self, x):
                return self.q_proj(x).view(1, 2)
        """,
        "view",
    ),
}

NOT_TENSORS = {
    "a regular expression": ("import re\nr = re.compile('a')\nr.sub('b', 'c')", "sub"),
    "an array of another library": ("import numpy as np\nimport torch\ndef f(x): return x.reshape(2, 3)", "reshape"),
    "backward of an engine": ("def f(engine, loss): engine.backward(loss)", "backward"),
    "a config": ("import torch\ndef f(cfg): return cfg.max(3)", "max"),
    "a layer called by its name": ("def f(block, x): return block.norm(x)", "norm"),
}


@pytest.mark.parametrize("name", TENSORS)
def test_tensor(name: str, tables: Tables) -> None:
    source, method = TENSORS[name]
    assert receiver(source, method, tables) in k.TENSORS


@pytest.mark.parametrize("name", NOT_TENSORS)
def test_not_a_tensor(name: str, tables: Tables) -> None:
    source, method = NOT_TENSORS[name]
    assert receiver(source, method, tables) not in k.TENSORS


def classes(source: str, tables: Tables) -> dict[str, tuple[bool, bool]]:
    facts = run(source, tables)
    know = Knowledge(tables)
    return {cls.name: (is_module_class(cls, know), cls.assumed) for cls in facts.classes}


def test_classes_derived_from_classes_of_other_files(tables: Tables) -> None:
    found = classes(
        """
        import abc
        import torchvision
        from torch import nn
        from .base import Base, Mixin

        class Sure(Base):
            def __init__(self):
                super().__init__()
                self.fc = nn.Linear(3, 4)

            def forward(self, x):
                return self.fc(x)

        class Likely(Base):
            def forward(self, x):
                return x

        class Child(Sure):
            pass

        class Trainer(Base):
            def __init__(self):
                self.loss = nn.MSELoss()

        class Abstract(abc.ABC):
            def forward(self, x):
                return x

        class Left(torchvision.models.ResNet, Mixin):
            def forward(self, x):
                return x
        """,
        tables,
    )
    assert found["Sure"] == (True, False)
    assert found["Likely"] == (True, True)
    assert found["Child"] == (True, False)
    assert not found["Trainer"][0]
    assert not found["Abstract"][0]
    assert found["Left"] == (True, False)


def test_names_only_a_star_import_can_bind(tables: Tables) -> None:
    facts = run("from torch.nn import *\nnet = New(Linear(3, 4))\nprint(net)\n", tables)
    assert facts.unbound == {"New", "print"}
