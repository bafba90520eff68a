"""The conditions of rows: True, False, or None where it cannot be told."""

from __future__ import annotations

import ast

import pytest
from bound_calls import expression, signature

from torch2ms.mapping.load import load_tables
from torch2ms.mapping.schema import Condition
from torch2ms.rewrite.rows.bind import bind
from torch2ms.rewrite.rows.conditions import Conditions, is_int, is_mask, kind_names, same_literal, same_text, simple
from torch2ms.source import kinds as k
from torch2ms.source.facts import Facts
from torch2ms.source.infer import Inference
from torch2ms.source.knowledge import Knowledge

TABLES = load_tables()


def holds(condition: Condition, text: str, sig: str) -> bool | None:
    source = f"import torch\nx = torch.zeros(3)\nn = 3\nwhole = x > 0\ndef g(p, **kw):\n    {text}\n"
    tree = ast.parse(source)
    facts: Facts = Inference(tree, Knowledge(TABLES)).run()
    node = tree.body[-1].body[0].value  # type: ignore[attr-defined]
    bound = bind(node, [signature(sig)], None, None)
    assert bound is not None
    return Conditions(bound, facts).holds(condition)


@pytest.mark.parametrize(
    ("condition", "text", "expected"),
    [
        (Condition(given=("b",)), "f(1, 2)", True),
        (Condition(given=("b",)), "f(1)", False),
        (Condition(given=("b",)), "f(1, **kw)", None),
        (Condition(absent=("b",)), "f(1)", True),
        (Condition(absent=("b",)), "f(1, b=2)", False),
        (Condition(absent=("b",)), "f(1, **kw)", None),
        (Condition(literal={"a": ("0",)}), "f(0)", True),
        (Condition(literal={"a": ("0",)}), "f(1)", False),
        (Condition(literal={"a": ("0",)}), "f(p)", None),
        (Condition(literal={"a": ("0", "1")}), "f(1)", True),
        (Condition(literal={"a": ("1.0",)}), "f(1)", True),
        (Condition(literal={"a": ("1",)}), "f(True)", False),
        (Condition(literal={"a": ("'same'",)}), "f(n)", False),
        (Condition(literal={"b": ("5",)}), "f(1)", True),
        (Condition(literal={"b": ("5",)}), "f(1, **kw)", None),
        (Condition(kind={"a": ("int",)}), "f(n)", True),
        (Condition(kind={"a": ("int",)}), "f(x)", False),
        (Condition(kind={"a": ("int",)}), "f(p)", None),
        (Condition(kind={"a": ("tensor",)}), "f(x)", True),
        (Condition(kind={"a": ("number",)}), "f(1.5)", True),
        (Condition(kind={"a": ("none",)}), "f(None)", True),
        (Condition(kind={"a": ("tuple", "list")}), "f([1])", True),
        (Condition(kind={"a": ("mask",)}), "f(x > 0)", True),
        (Condition(kind={"b": ("int",)}), "f(1)", True),
        (Condition(len={"a": (2,)}), "f((1, 2))", True),
        (Condition(len={"a": (2,)}), "f((1, 2, 3))", False),
        (Condition(len={"a": (2,)}), "f((1, *p))", None),
        (Condition(len={"a": (2,)}), "f(p)", None),
        (Condition(len={"a": (2,)}), "f(n)", False),
        (Condition(simple=("a",)), "f(x[0].y)", True),
        (Condition(simple=("a",)), "f(g())", False),
        (Condition(not_=Condition(given=("b",))), "f(1)", True),
        (Condition(not_=Condition(literal={"a": ("0",)})), "f(p)", None),
        (Condition(given=("b",), literal={"a": ("0",)}), "f(p)", False),
        (Condition(given=("b",), literal={"a": ("0",)}), "f(p, 2)", None),
        (Condition(), "f(p)", True),
    ],
)
def test_conditions(condition: Condition, text: str, expected: bool | None) -> None:
    assert holds(condition, text, "a, b=5") is expected


@pytest.mark.parametrize(
    ("text", "lengths", "expected"),
    [("f(2, 3)", (2,), True), ("f(2, 3, 4)", (2,), False), ("f(2, *p)", (2,), None), ("f((2, 3))", (2,), True)],
)
def test_length_of_variadic(text: str, lengths: tuple[int, ...], expected: bool | None) -> None:
    assert holds(Condition(len={"size": lengths}), text, "*size") is expected


@pytest.mark.parametrize(
    ("text", "wanted", "expected"),
    [
        ("0", "0", True),
        ("-1", "-1", True),
        ("(1, 2)", "(1, 2)", True),
        ("'a'", "'a'", True),
        ("1", "True", False),
        ("None", "0", False),
        ("x", "0", None),
        ("-x", "0", None),
    ],
)
def test_same_literal(text: str, wanted: str, expected: bool | None) -> None:
    assert same_literal(expression(text), wanted) is expected


@pytest.mark.parametrize("text", ["x", "1", "x.y", "x[0]", "x[1:n]", "x[i, :]", "-x"])
def test_simple(text: str) -> None:
    assert simple(expression(text))


@pytest.mark.parametrize("text", ["f()", "x + 1", "x[f()]", "[y for y in x]", "(y := 1)", "await x"])
def test_not_simple(text: str) -> None:
    assert not simple(expression(text))


@pytest.mark.parametrize("text", ["a > b", "~(a > 0)", "(a > 0) & (b > 0)", "x.bool()", "(a > 0)[0]", "a.isnan()"])
def test_masks(text: str) -> None:
    assert is_mask(expression(text))


@pytest.mark.parametrize("text", ["a", "~a", "a & b", "(a > 0) & b", "a + b", "f(a > 0)"])
def test_no_masks(text: str) -> None:
    assert not is_mask(expression(text))


def test_kind_names() -> None:
    assert kind_names(k.INT) == ("int", "number")
    assert kind_names(k.Seq("tuple")) == ("tuple",)
    assert kind_names(k.Seq("generator")) == ("iterable",)
    assert kind_names(k.Ref("torch.float32")) == ("dtype",)
    assert kind_names(k.Ref("torch.relu")) == ()
    assert kind_names(k.Var()) == () == kind_names(k.UNKNOWN)


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [("1", "1.0", True), ("1e-5", "0.00001", True), ("None", "0", False), ("x", "x", True), ("x", "y", False)],
)
def test_same_text(a: str, b: str, expected: bool) -> None:
    assert same_text(a, b) is expected


def test_is_int() -> None:
    facts = Facts(ast.Module([], []))
    node, other = expression("n"), expression("m")
    facts.kinds[node] = k.INT
    facts.kinds[other] = k.NUMBER
    assert is_int(node, facts)
    assert not is_int(other, facts) and not is_int(expression("n"), facts)
