"""Calls bound to signatures."""

from __future__ import annotations

import ast

import pytest
from bound_calls import call, expression, signature

from torch2ms.rewrite.rows.bind import bind


def bound_text(call_text: str, *signatures: str) -> dict[str, str] | None:
    bound = bind(call(call_text), [signature(s) for s in signatures], None, None)
    if bound is None:
        return None
    found = {name: ast.unparse(given.value) for name, given in bound.args.items()}
    if bound.variadic:
        found[f"*{bound.variadic}"] = ", ".join(map(ast.unparse, bound.items))
    return found


@pytest.mark.parametrize(
    ("text", "sig", "expected"),
    [
        ("f(1, 2)", "a, b", {"a": "1", "b": "2"}),
        ("f(1, b=2)", "a, b", {"a": "1", "b": "2"}),
        ("f(b=2, a=1)", "a, b", {"b": "2", "a": "1"}),
        ("f(1)", "a, b=3", {"a": "1"}),
        ("f(1, c=2)", "a, *, c=None", {"a": "1", "c": "2"}),
        ("f(2, 3)", "*size", {"*size": "2, 3"}),
        ("f((2, 3))", "*size", {"*size": "(2, 3)"}),
        ("f(*s)", "*size", {"*size": "*s"}),
        ("f(x, 2, *s, out=y)", "a, *size, out=None", {"a": "x", "*size": "2, *s", "out": "y"}),
        ("f(size=(2, 3))", "*size", {"size": "(2, 3)"}),
        ("f(1, any=2)", "a, **kw", {"a": "1", "any": "2"}),
        ("f()", "a=1", {}),
    ],
)
def test_bound(text: str, sig: str, expected: dict[str, str]) -> None:
    assert bound_text(text, sig) == expected


@pytest.mark.parametrize(
    ("text", "sig"),
    [
        ("f()", "a"),
        ("f(1, 2)", "a"),
        ("f(1, a=2)", "a"),
        ("f(1, c=2)", "a, b=3"),
        ("f(1, 2)", "a, *, c=None"),
        ("f(a=1)", "a, *, c"),
        ("f(2, size=(2, 3))", "*size"),
        ("f(*s, 2)", "a, b"),
    ],
)
def test_not_bound(text: str, sig: str) -> None:
    assert bound_text(text, sig) is None


def test_overloads_are_tried_in_order() -> None:
    overloads = ("input, dim, keepdim=False", "input, other", "input")
    assert bound_text("f(x, other=y)", *overloads) == {"input": "x", "other": "y"}
    assert bound_text("f(x)", *overloads) == {"input": "x"}
    assert bound_text("f(x, 1)", *overloads) == {"input": "x", "dim": "1"}


def test_star_arguments_leave_the_rest_open() -> None:
    bound = bind(call("f(*xs, **kw)"), [signature("a, b")], None, None)
    assert bound is not None
    assert not bound.args
    assert len(bound.open_positionals) == len(bound.open_keywords) == 1


def test_receiver_takes_the_first_parameter() -> None:
    receiver = expression("x")
    bound = bind(call("x.f(1)"), [signature("input, dim, keepdim=False")], receiver, "input")
    assert bound is not None
    assert bound.has("input") and bound.has("dim") and not bound.has("keepdim")
    assert bound.values("input") == (receiver,)
    plain = bind(call("x.f(1)"), [signature("dim")], receiver, "self")
    assert plain is not None and plain.has("dim")


def test_a_parameter_that_is_not_given_has_its_default() -> None:
    bound = bind(call("f(x)"), [signature("a, b=2, *rest, c=None")], None, None)
    assert bound is not None
    assert [bound.default(name) for name in ("a", "b", "rest", "c", "d")] == [None, "2", None, "None", None]
    assert bound.values("b") == ()


def test_self_is_the_receiver_whatever_the_signature_calls_it() -> None:
    receiver = expression("x")
    for sig, parameter in (("input, dim", "input"), ("dim", "self")):
        bound = bind(call("x.f(1)"), [signature(sig)], receiver, parameter)
        assert bound is not None and bound.values("self") == (receiver,)
    plain = bind(call("f(1)"), [signature("dim")], None, None)
    assert plain is not None and plain.values("self") == ()


def test_arguments_in_the_order_of_the_source() -> None:
    bound = bind(call("f(1, d=2,\n  b=3, c=4)"), [signature("a, b, c, d")], None, None)
    assert bound is not None
    assert [name for name, _ in bound.in_source_order()] == ["a", "d", "b", "c"]
