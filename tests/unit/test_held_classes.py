"""A layer class in a variable: it becomes the MindSpore class only where every call through it can be seen."""

from __future__ import annotations

import pytest

from torch2ms.api import convert_source
from torch2ms.model import Outcome

HEAD = "import torch.nn as nn\n\n\n"
# Each way calls nn.Linear with an argument that nn.Dense names otherwise.
WAYS = {
    "ifexp": """\
def make(use, n):
    lin = nn.Identity if use else nn.Linear
    return lin(n, n, bias=False)
""",
    "ifstmt": """\
def make(use, n):
    if use:
        lin = nn.Identity
    else:
        lin = nn.Linear
    return lin(n, n, bias=False)
""",
    "dict": """\
def make(kind, n):
    kinds = {'a': nn.Linear, 'b': nn.Identity}
    return kinds[kind](n, n, bias=False)
""",
    "dictget": """\
KINDS = {'a': nn.Linear, 'b': nn.Identity}


def make(kind, n):
    layer = KINDS.get(kind)
    return layer(n, n, bias=False)
""",
    "dictcall": """\
KINDS = dict(a=nn.Linear, b=nn.Identity)


def make(kind, n):
    layer = KINDS[kind]
    return layer(n, n, bias=False)
""",
    "loop": """\
def make(n):
    return [layer(n, n, bias=False) for layer in (nn.Linear, nn.Identity)]
""",
    "zip": """\
def make(n):
    out = []
    for layer, m in zip([nn.Linear, nn.Identity], [1, 2]):
        out.append(layer(n, m, bias=False))
    return out
""",
    "returned": """\
def get(use):
    if use:
        return nn.Identity
    return nn.Linear


def make(use, n):
    layer = get(use)
    return layer(n, n, bias=False)
""",
    "returned1": """\
def get(use):
    return nn.Linear


def make(use, n):
    return get(use)(n, n, bias=False)
""",
    "attribute": """\
class A:
    def __init__(self, use):
        self.layer = nn.Linear if use else nn.Identity

    def make(self, n):
        return self.layer(n, n, bias=False)
""",
    "classattr": """\
class A:
    layer = nn.Linear

    def make(self, n):
        return self.layer(n, n, bias=False)
""",
    "passed": """\
def build(cls, n):
    return cls(n, n, bias=False)


def make(use, n):
    lin = nn.Identity if use else nn.Linear
    return build(lin, n)
""",
    "passedkw": """\
def build(n, cls=None):
    return cls(n, n, bias=False)


def make(use, n):
    lin = nn.Identity if use else nn.Linear
    return build(n, cls=lin)
""",
    "passeddirect": """\
def build(n, cls=None):
    return cls(n, n, bias=False)


def make(use, n):
    return build(n, nn.Linear) if use else build(n, nn.Identity)
""",
    "orelse": """\
def make(layer, n):
    layer = layer or nn.Linear
    return layer(n, n, bias=False)
""",
    "ifnone": """\
def make(n, layer=None):
    if layer is None:
        layer = nn.Linear
    return layer(n, n, bias=False)
""",
    "default": """\
def make(n, layer=nn.Linear):
    return layer(n, n, bias=False)
""",
    "tuple": """\
def make(n, use):
    layer, m = (nn.Linear, 2) if use else (nn.Identity, 3)
    return layer(n, m, bias=False)
""",
    "copy": """\
def make(n, use):
    a = nn.Linear if use else nn.Identity
    b = a
    return b(n, n, bias=False)
""",
    "partial": """\
from functools import partial


def make(n, use):
    a = nn.Linear if use else nn.Identity
    b = partial(a, bias=False)
    return b(n, n)
""",
    "globalpartial": """\
from functools import partial


def make(n, use):
    b = partial(nn.Linear, bias=False)
    return b(n, n)
""",
    "lambda": """\
make = lambda n, layer=nn.Linear: layer(n, n, bias=False)
""",
    "walrus": """\
def make(n, use):
    if (layer := nn.Linear):
        return layer(n, n, bias=False)
""",
    "dataclass": """\
from dataclasses import dataclass


@dataclass
class C:
    layer: type = nn.Linear

    def make(self, n):
        return self.layer(n, n, bias=False)
""",
    "subs": """\
LAYERS = [nn.Linear, nn.Identity]


def make(n, i):
    return LAYERS[i](n, n, bias=False)
""",
    "nested": """\
def make(n, use, deep):
    layer = (nn.Linear if deep else nn.Identity) if use else nn.Identity
    return layer(n, n, bias=False)
""",
    "match": """\
def make(kind, n):
    layer = {'a': nn.Linear}.get(kind, nn.Identity)
    return layer(n, n, bias=False)
""",
}
# Of these every call is seen.
FOLLOWED = (
    "ifexp",
    "ifstmt",
    "attribute",
    "classattr",
    "passed",
    "passedkw",
    "orelse",
    "ifnone",
    "default",
    "lambda",
    "walrus",
    "copy",
    "partial",
    "nested",
    "dataclass",
    "passeddirect",
    "globalpartial",
)


@pytest.mark.parametrize("way", WAYS)
def test_an_argument_of_another_name_needs_the_helper(way: str) -> None:
    result = convert_source(HEAD + WAYS[way])
    assert "class Linear(nn.Dense):" in result.text
    assert result.text.count("nn.Dense") == 2  # the base of the helper, and its docstring
    assert {site.outcome for site in result.sites} == {Outcome.CONVERTED}


@pytest.mark.parametrize("way", WAYS)
def test_without_it_the_class_stays_plain_where_it_is_followed(way: str) -> None:
    source = WAYS[way].replace(", bias=False", "")
    assert source != WAYS[way]
    text = convert_source(HEAD + source).text
    assert ("class Linear" not in text) is (way in FOLLOWED)
    assert "nn.Dense" in text


@pytest.mark.parametrize("argument", ["**options", "bias=False, **options", "*sizes"])
def test_arguments_that_are_not_seen(argument: str) -> None:
    text = convert_source(f"{HEAD}def make(sizes, options, layer=nn.Linear):\n    return layer(1, {argument})\n").text
    assert "class Linear(nn.Dense):" in text


def test_the_second_argument_of_a_batch_norm_is_not_its_momentum_yet() -> None:
    head = f"{HEAD}def make(layer=nn.BatchNorm2d):\n    layer = layer or nn.Identity\n"
    assert "layer=nn.BatchNorm2d" in convert_source(head + "    return layer(8, 1e-3)\n").text
    assert "layer=BatchNorm2d" in convert_source(head + "    return layer(8, 1e-3, 0.01)\n").text
    assert "layer=BatchNorm2d" in convert_source(head + "    return layer(8, momentum=0.01)\n").text


@pytest.mark.parametrize(
    ("passed", "becomes"),
    [
        ("norm=nn.BatchNorm2d", "Block(norm=BatchNorm2d)"),
        ("nn.BatchNorm2d", "Block(BatchNorm2d)"),
        ("norm=norm", "make(norm=BatchNorm2d)"),
        ("norm", "make(norm=BatchNorm2d)"),
    ],
)
def test_a_class_given_to_another_file_keeps_torchs_arguments(passed: str, becomes: str) -> None:
    """What is called there is not seen, whatever a parameter of this file is called."""
    text = convert_source(
        "import torch.nn as nn\nfrom blocks import Block\n\n\ndef make(norm=nn.BatchNorm2d):\n"
        f"    return Block({passed}), norm(8)\n"
    ).text
    assert "class BatchNorm2d(nn.BatchNorm2d):" in text
    assert becomes in text


def test_a_class_given_as_a_keyword_of_a_class_goes_to_its_base() -> None:
    text = convert_source(f"{HEAD}class Net(Base, layer=nn.Linear):\n    pass\n").text
    assert "class Net(Base, layer=Linear):" in text
    assert "class Linear(nn.Dense):" in text
