"""What operations on values of known kinds give."""

from __future__ import annotations

import ast

import pytest
from source_state import KNOWLEDGE, expression

from torch2ms.source import kinds as k
from torch2ms.source import values
from torch2ms.source.values import Call

UNSEEN = k.Member("weight", k.Var())
INTS = k.Seq("list", k.INT, (k.INT, k.INT))
MIXED = k.Seq("tuple", k.UNKNOWN, (k.TENSOR, k.STR))
LINEAR = k.Module(("torch.nn.Linear",))
LINEARS = k.Module(("torch.nn.Sequential",), LINEAR)
KEYED = k.Module(("torch.nn.ModuleDict",), LINEAR)


def call(text: str, *args: k.Kind, **keywords: k.Kind) -> Call:
    node = expression(text)
    assert isinstance(node, ast.Call)
    return Call(node, args, dict(keywords))


@pytest.mark.parametrize(
    ("left", "op", "right", "expected"),
    [
        (k.INT, ast.Add(), k.TENSOR, k.TENSOR),
        (k.PARAMETER, ast.Mult(), k.UNKNOWN, k.TENSOR),
        (k.INT, ast.Add(), k.INT, k.INT),
        (k.INT, ast.Add(), k.BOOL, k.INT),
        (k.INT, ast.Div(), k.INT, k.FLOAT),
        (k.INT, ast.Pow(), k.FLOAT, k.FLOAT),
        (k.INT, ast.Sub(), k.NUMBER, k.NUMBER),
        (k.STR, ast.Mod(), k.TENSOR, k.TENSOR),
        (k.STR, ast.Mod(), k.INT, k.STR),
        (k.NDARRAY, ast.Add(), k.UNKNOWN, k.NDARRAY),
        (k.SHAPE, ast.Add(), k.Seq("tuple", k.INT), k.SHAPE),
        (k.SHAPE, ast.Sub(), k.Seq("tuple", k.INT), k.UNKNOWN),
        (INTS, ast.Add(), INTS, k.Seq("list", k.INT, (k.INT,) * 4)),
        (INTS, ast.Add(), k.Seq("list", k.INT), k.Seq("list", k.INT)),
        (INTS, ast.Mult(), k.INT, k.Seq("list", k.INT)),
        (k.INT, ast.Mult(), INTS, k.Seq("list", k.INT)),
        (k.INT, ast.Mult(), k.UNKNOWN, k.UNKNOWN),
        (k.UNKNOWN, ast.FloorDiv(), k.INT, k.UNKNOWN),
    ],
)
def test_arithmetic(left: k.Kind, op: ast.operator, right: k.Kind, expected: k.Kind) -> None:
    assert values.arithmetic(left, right, op) == expected


def test_arithmetic_follows_variables() -> None:
    var = k.Var()
    assert values.arithmetic(var, k.INT, ast.Add()) is k.UNKNOWN
    var.settled = k.TENSOR
    assert values.arithmetic(var, k.INT, ast.Add()) is k.TENSOR


@pytest.mark.parametrize(
    ("kinds", "text", "expected"),
    [
        ([k.TENSOR, k.UNKNOWN], "a < b", k.TENSOR),
        ([k.TENSOR, k.NONE], "a is b", k.BOOL),
        ([k.UNKNOWN, k.TENSOR], "a in b", k.BOOL),
        ([k.NDARRAY, k.INT], "a == b", k.NDARRAY),
        ([k.INT, k.FLOAT], "a < b", k.BOOL),
        ([k.INT, k.UNKNOWN], "a < b", k.UNKNOWN),
    ],
)
def test_comparison(kinds: list[k.Kind], text: str, expected: k.Kind) -> None:
    node = expression(text)
    assert isinstance(node, ast.Compare)
    assert values.comparison(kinds, node.ops) is expected


def test_the_operand_beside_a_number() -> None:
    var = k.Var()
    assert values.beside_number(var, k.INT) == (var,)
    assert values.beside_number(k.FLOAT, var) == (var,)
    assert values.beside_number(var, k.Var()) == ()


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (k.TENSOR, k.TENSOR),
        (k.PARAMETER, k.TENSOR),
        (k.SHAPE, k.INT),
        (k.STR, k.STR),
        (k.NDARRAY, k.NDARRAY),
        (k.INT, k.UNKNOWN),
        (k.Var(), k.UNKNOWN),
        (k.Var(settled=k.TENSOR), k.TENSOR),
        (values.VALUES_AND_INDICES, k.TENSOR),
        (k.Mapping_(k.TENSOR), k.STR),
        (k.Seq("list", k.INT), k.INT),
        (INTS, k.INT),
        (MIXED, k.UNKNOWN),
        (k.Seq("list", k.INT, ()), k.INT),
        (LINEARS, LINEAR),
        (KEYED, k.STR),
        (k.Module(), k.Module()),
    ],
)
def test_element(kind: k.Kind, expected: k.Kind) -> None:
    assert values.element(kind) == expected


@pytest.mark.parametrize(
    ("base", "index", "expected"),
    [
        (k.TENSOR, "0", k.TENSOR),
        (k.BUFFER, "None, 1:", k.TENSOR),
        (k.SHAPE, "0", k.INT),
        (k.SHAPE, "1:", k.SHAPE),
        (MIXED, "0", k.TENSOR),
        (MIXED, "-1", k.STR),
        (MIXED, "2", k.UNKNOWN),
        (MIXED, "n", k.UNKNOWN),
        (INTS, "1:", k.Seq("list", k.INT)),
        (k.Mapping_(k.TENSOR), "'x'", k.TENSOR),
        (k.STR, "0", k.STR),
        (k.NDARRAY, "0", k.NDARRAY),
        (LINEARS, "0", LINEAR),
        (LINEARS, "1:", LINEARS),
        (KEYED, "'x'", LINEAR),
        (k.UNKNOWN, "0", None),
        (k.Instance("torch.optim.SGD"), "0", None),
    ],
)
def test_item(base: k.Kind, index: str, expected: k.Kind | None) -> None:
    node = expression(f"x[{index}]")
    assert isinstance(node, ast.Subscript)
    assert values.item(base, node.slice) == expected


@pytest.mark.parametrize(
    ("kind", "alone", "expected"),
    [
        (LINEAR, True, LINEAR),
        (k.Seq("list", LINEAR), True, LINEAR),
        (k.Mapping_(LINEAR), True, LINEAR),
        (k.Seq("list", k.Seq("tuple", k.UNKNOWN, (k.STR, LINEAR))), True, LINEAR),
        (LINEARS, True, LINEAR),
        (LINEARS, False, LINEARS),
    ],
)
def test_what_an_argument_puts_into_a_container(kind: k.Kind, alone: bool, expected: k.Kind) -> None:
    assert values.contents(kind, alone) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, k.NONE),
        (True, k.BOOL),
        (1, k.INT),
        (1.0, k.FLOAT),
        ("", k.STR),
        (b"", k.OTHER),
        (1j, k.OTHER),
        (..., k.OTHER),
    ],
)
def test_constant(value: object, expected: k.Kind) -> None:
    assert values.constant(value) is expected


def test_unseen() -> None:
    assert values.is_unseen(k.UNKNOWN)
    assert values.is_unseen(UNSEEN)
    assert values.is_unseen(k.Member("weight", LINEAR))
    assert not values.is_unseen(k.Member("view", k.TENSOR))
    assert not values.is_unseen(k.Member("append", INTS))
    assert not values.is_unseen(k.INT)


@pytest.mark.parametrize(
    ("name", "receiver", "given", "expected"),
    [
        ("size", k.TENSOR, call("f()"), k.SHAPE),
        ("size", k.TENSOR, call("f(0)", k.INT), k.INT),
        ("size", k.TENSOR, call("f(dim=0)", dim=k.INT), k.INT),
        ("max", k.TENSOR, call("f()"), k.TENSOR),
        ("max", k.TENSOR, call("f(y)", k.TENSOR), k.TENSOR),
        ("max", k.TENSOR, call("f(1)", k.INT), values.VALUES_AND_INDICES),
        ("median", k.TENSOR, call("f(1)", k.INT), values.VALUES_AND_INDICES),
        ("nonzero", k.TENSOR, call("f()"), k.TENSOR),
        ("nonzero", k.TENSOR, call("f(as_tuple=True)", as_tuple=k.BOOL), k.Seq("tuple", k.TENSOR)),
        ("chunk", k.TENSOR, call("f(2)", k.INT), k.Seq("tuple", k.TENSOR)),
        ("item", k.TENSOR, call("f()"), k.NUMBER),
        ("stride", k.TENSOR, call("f()"), k.UNKNOWN),
        ("view", k.PARAMETER, call("f(1)", k.INT), k.TENSOR),
        ("cuda", k.PARAMETER, call("f()"), k.PARAMETER),
        ("unheard_of", k.TENSOR, call("f()"), k.UNKNOWN),
    ],
)
def test_method_of_a_tensor(name: str, receiver: k.Kind, given: Call, expected: k.Kind) -> None:
    assert values.tensor_call(KNOWLEDGE, name, receiver, given) == expected


@pytest.mark.parametrize(
    ("name", "args", "expected"),
    [
        ("to", (k.UNKNOWN,), True),
        ("reshape", (k.UNKNOWN,), True),
        ("sum", (k.INT,), True),
        ("mul", (k.UNKNOWN,), False),
        ("append", (k.INT,), False),
    ],
)
def test_the_receiver_is_a_tensor_if_the_result_is(name: str, args: tuple[k.Kind, ...], expected: bool) -> None:
    var = k.Var()
    assert values.chain(k.Member(name, var), call("f()", *args)) == ((var,) if expected else ())
    assert values.chain(k.Member(name, k.NDARRAY), call("f()", *args)) == ()


@pytest.mark.parametrize(
    ("children", "expected"),
    [
        (LINEAR, k.TENSOR),
        (k.Module(("torch.nn.Linear", "torch.nn.ReLU")), k.TENSOR),
        (k.Module(("torch.nn.Linear", "torch.nn.LSTM")), k.UNKNOWN),
        (k.Module(), k.UNKNOWN),
        (k.UNKNOWN, k.UNKNOWN),
    ],
)
def test_result_of_a_sequential(children: k.Kind, expected: k.Kind) -> None:
    assert values.sequential_result(KNOWLEDGE, k.Module(("torch.nn.Sequential",), children)) is expected
