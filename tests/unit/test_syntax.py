"""Questions that a piece of syntax answers by itself."""

from __future__ import annotations

import ast
from textwrap import dedent

import pytest
from source_state import expression

from torch2ms.source import syntax
from torch2ms.source.facts import FunctionNode
from torch2ms.source.parents import Parents


def function(source: str) -> FunctionNode:
    node = ast.parse(dedent(source)).body[0]
    assert isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    return node


@pytest.mark.parametrize(
    ("text", "name"), [("x", "x"), ("m.weight", "m.weight"), ("m().weight", ""), ("m[0].weight", ""), ("3", "")]
)
def test_dotted_name(text: str, name: str) -> None:
    assert syntax.dotted(expression(text)) == name


@pytest.mark.parametrize(
    ("text", "value"), [("3", 3), ("-3", -3), ("--3", 3), ("3.0", None), ("'3'", None), ("n", None)]
)
def test_int_literal(text: str, value: int | None) -> None:
    assert syntax.int_literal(expression(text)) == value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("name.find('Conv') != -1", ("name", "Conv", False)),
        ("name.find('Conv') >= 0", ("name", "Conv", False)),
        ("'Conv' in name", ("name", "Conv", False)),
        ("name == 'Conv2d'", ("name", "Conv2d", True)),
        ("name != 'Conv2d'", None),
        ("'Conv' not in name", None),
        ("'A' < name < 'B'", None),
        ("name == other", None),
        ("name.find('Conv', 1) != -1", None),
    ],
)
def test_question_about_a_text(text: str, expected: tuple[str, str, bool] | None) -> None:
    node = expression(text)
    assert isinstance(node, ast.Compare)
    found = syntax.text_test(node)
    assert (found and (ast.unparse(found.subject), found.text, found.whole)) == expected


@pytest.mark.parametrize("last", ["return", "raise ValueError", "continue", "break"])
def test_a_block_that_leaves(last: str) -> None:
    loop = ast.parse(f"for x in y:\n    f(x)\n    {last}").body[0]
    assert isinstance(loop, ast.For)
    assert syntax.leaves(loop.body)
    assert not syntax.leaves(loop.body[:1])
    assert not syntax.leaves([])


@pytest.mark.parametrize(
    ("source", "test"),
    [
        ("for m in ms:\n    if isinstance(m, C):\n        break", "isinstance(m, C)"),
        ("for m in ms:\n    if isinstance(m, C):\n        n = m\n        break", "isinstance(m, C)"),
        ("for m in ms:\n    if isinstance(m, C):\n        continue", None),
        ("for m in ms:\n    if isinstance(m, C):\n        break\nelse:\n    m = None", None),
        ("for m in ms:\n    if isinstance(m, C):\n        break\n    else:\n        f(m)", None),
        ("for m in ms:\n    f(m)\n    if isinstance(m, C):\n        break", None),
    ],
)
def test_what_a_loop_looks_for(source: str, test: str | None) -> None:
    loop = ast.parse(source).body[0]
    assert isinstance(loop, ast.For)
    found = syntax.sought(loop)
    assert (found and ast.unparse(found)) == test


def test_parameters_and_defaults() -> None:
    args = function("def f(a, /, b, c=1, *rest, d, e=2, **more): pass").args
    assert [arg.arg for arg in syntax.parameters(args)] == ["a", "b", "c", "d", "e", "rest", "more"]
    assert [ast.unparse(default) for default in syntax.defaults(args)] == ["1", "2"]
    assert [(arg.arg, default and ast.unparse(default)) for arg, default in syntax.with_defaults(args)] == [
        ("a", None),
        ("b", None),
        ("c", "1"),
    ]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("yield 1", True),
        ("if a:\n        x = yield from g()", True),
        ("return 1", False),
        ("def g():\n        yield 1", False),
        ("return lambda: (yield 1)", False),
    ],
)
def test_generator(body: str, expected: bool) -> None:
    tree = ast.parse(f"def f(a):\n    {body}")
    assert Parents(tree).is_generator(tree.body[0]) is expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [("forward", True), ("forward_features", True), ("_forward_impl", True), ("construct", True), ("step", False)],
)
def test_forward(name: str, expected: bool) -> None:
    assert syntax.is_forward(function(f"def {name}(self): pass")) is expected


def test_names_with_an_attribute_no_tensor_has() -> None:
    tree = ast.parse("def f(x, y, z): return x.rows, y.shape, z.shape, g(z).rows, z.shape.rows\nu.rows")
    assert Parents(tree).of_other_kinds(tree.body[0], frozenset({"shape"})) == {"x"}


def test_what_a_file_imports() -> None:
    source = """
import numpy as np, torch.nn
try:
    from jax.numpy import array
except ImportError:
    from . import compat
def f():
    from ..a.b import *
"""
    assert syntax.imported(ast.parse(source)) == {"numpy", "torch.nn", "jax.numpy.array", ".compat", "..a.b.*"}
