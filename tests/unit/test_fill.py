"""Templates filled with the arguments of a call."""

from __future__ import annotations

import ast

import pytest
from bound_calls import call, expression, signature

from torch2ms.mapping.load import load_tables
from torch2ms.mapping.schema import ArgRule
from torch2ms.rewrite.argument_types import ArgumentTypes
from torch2ms.rewrite.plan import Items, Template, Value
from torch2ms.rewrite.rows.bind import Refused, bind
from torch2ms.rewrite.rows.fill import TemplateFiller, fold, placeholders
from torch2ms.source.facts import Facts


def fill(text: str, call_text: str, sig: str, rules: dict[str, ArgRule] | None = None) -> Template | Refused:
    bound = bind(call(call_text), [signature(sig)], None, None)
    assert bound is not None
    facts = Facts(ast.Module([], []))
    return TemplateFiller(facts, str.upper, ArgumentTypes(load_tables(), facts)).fill(text, bound, rules or {})


def shown(value: Value) -> str:
    if isinstance(value, ast.expr):
        return ast.unparse(value)
    if isinstance(value, Items):
        return f"({', '.join(map(shown, value.values))})"
    if isinstance(value, Template):
        return value.text
    return value


@pytest.mark.parametrize(
    ("text", "call_text", "sig", "expected"),
    [
        ("{a} + {b}", "f(x, y)", "a, b=2", {"a": "x", "b": "y"}),
        ("{a} + {b}", "f(x)", "a, b=2", {"a": "x", "b": "2"}),
        ("{*size}", "f(2, n)", "*size", {"size": "(2, n)"}),
        ("{size}", "f((2, n))", "*size", {"size": "(2, n)"}),
        ("{size}", "f(*s)", "*size", {"size": "(*s)"}),
        ("{size}", "f()", "*size", {"size": "()"}),
        ("{a[0]}", "f((2, n))", "a", {"a_item0": "2"}),
        ("{a[-1]}", "f([2, n])", "a", {"a_itemm1": "n"}),
        ("{a[1]}", "f()", "a=(3, 4)", {"a_item1": "4"}),
        ("{size[0]}", "f(2, n)", "*size", {"size_item0": "2"}),
        ("{a} {a[0]}", "f((2, n))", "a", {"a": "(2, n)", "a_item0": "2"}),
        ("{a} {a}", "f(x.y)", "a", {"a": "x.y"}),
    ],
)
def test_filled(text: str, call_text: str, sig: str, expected: dict[str, str]) -> None:
    filled = fill(text, call_text, sig)
    assert isinstance(filled, Template)
    assert {name: shown(value) for name, value in filled.values.items()} == expected


@pytest.mark.parametrize(
    ("text", "call_text", "sig", "reason"),
    [
        ("{a} {a}", "f(g())", "a", "twice"),
        ("{a[0]}", "f(x)", "a", "a= must be written out"),
        ("{a[2]}", "f((2, n))", "a", "a= must be written out"),
        ("{a[0]}", "f((*s, 2))", "a", "a= must be written out"),
        ("{a[0]}", "f()", "a=None", "a= must be written out"),
        ("{size[0]}", "f(n)", "*size", "size= must be written out"),
        ("{b}", "f(1)", "a", "b= must be written out"),
    ],
)
def test_not_filled(text: str, call_text: str, sig: str, reason: str) -> None:
    filled = fill(text, call_text, sig)
    assert isinstance(filled, Refused)
    assert reason in filled.message


def test_names_in_a_template_are_spelled_for_the_file() -> None:
    filled = fill("ops.f({A})", "f(x)", "A")
    assert isinstance(filled, Template)
    assert filled.text == "OPS.F({A})"


@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [("1 - {}", "0.1", "0.9"), ("1 - {}", "n", "1 - {V}"), ("1 - {}", "True", "1 - {V}"), ("{b}", "n", "{B}")],
)
def test_rules_change_values(text: str, value: str, expected: str) -> None:
    facts = Facts(ast.Module([], []))
    bound = bind(call(f"f({value})"), [signature("a, b=2")], None, None)
    assert bound is not None
    filler = TemplateFiller(facts, str.upper, ArgumentTypes(load_tables(), facts))
    changed = filler.value(text, expression(value), bound)
    assert not isinstance(changed, Refused)
    assert shown(changed) == expected
    filled = filler.fill("{a}", bound, {"a": ArgRule(value=text)})
    assert isinstance(filled, Template)
    assert shown(filled.values["a"]) == expected


def test_placeholders() -> None:
    assert placeholders("f({a}, {*b}, {c[0]}, {c[-1]}, d)") == {"a", "b", "c"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 - 0.1", "0.9"),
        ("1 - 0.01", "0.99"),
        ("1 - 1e-05", "0.99999"),
        ("1 - 0", "1"),
        ("1 - 1.0", "0.0"),
        ("2 * 3", "6"),
        ("-1 + 3", "2"),
        ("1 - x", None),
        ("1 - 1e999", None),
        ("1 - True", None),
        ("1 / 3", None),
        ("f(1)", None),
        ("1 -", None),
    ],
)
def test_fold(text: str, expected: str | None) -> None:
    assert fold(text) == expected
