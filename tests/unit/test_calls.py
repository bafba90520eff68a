"""Calls bound to signatures and rows: no argument of torch's ever vanishes, nothing is decided on a guess."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from torch2ms.mapping.load import load_tables
from torch2ms.mapping.schema import Condition, Param, ParamKind, Signature, Tables
from torch2ms.model import FileResult, Outcome, Settings
from torch2ms.rewrite.pipeline import convert_bytes
from torch2ms.rewrite.rows.bind import bind
from torch2ms.rewrite.rows.conditions import Conditions, is_mask, kind_names, same_literal, simple
from torch2ms.rewrite.rows.fill import fold
from torch2ms.source import kinds as k
from torch2ms.source.infer import Facts, Inference
from torch2ms.source.knowledge import Knowledge


def signature(text: str) -> Signature:
    """`a, b=2, *rest, c=None, **kw` as a Signature."""
    args = ast.parse(f"def f({text}): pass").body[0].args  # type: ignore[attr-defined]
    params: list[Param] = []
    first = len(args.args) - len(args.defaults)
    for index, arg in enumerate(args.args):
        default = ast.unparse(args.defaults[index - first]) if index >= first else None
        params.append(Param(arg.arg, ParamKind.POSITIONAL, default))
    if args.vararg:
        params.append(Param(args.vararg.arg, ParamKind.VARIADIC))
    for arg, value in zip(args.kwonlyargs, args.kw_defaults, strict=True):
        params.append(Param(arg.arg, ParamKind.KEYWORD, None if value is None else ast.unparse(value)))
    if args.kwarg:
        params.append(Param(args.kwarg.arg, ParamKind.VARKW))
    return Signature(tuple(params))


def expression(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def call(text: str) -> ast.Call:
    node = expression(text)
    assert isinstance(node, ast.Call)
    return node


# Binding


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


# Conditions: True, False, or None where it cannot be told


def holds(condition: Condition, text: str, sig: str) -> bool | None:
    source = f"import torch\nx = torch.zeros(3)\nn = 3\nwhole = x > 0\ndef g(p, **kw):\n    {text}\n"
    tree = ast.parse(source)
    facts: Facts = Inference(tree, Knowledge(TABLES)).run()
    node = tree.body[-1].body[0].value  # type: ignore[attr-defined]
    bound = bind(node, [signature(sig)], None, None)
    assert bound is not None
    return Conditions(bound, facts).holds(condition)


TABLES = load_tables()


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
        ("1 / 3", None),
        ("f(1)", None),
        ("1 -", None),
    ],
)
def test_fold(text: str, expected: str | None) -> None:
    assert fold(text) == expected


# Rows, end to end

ROWS = """
torch.renamed: {sig: "(input, dim=0)", to: mindspore.ops.softmax, args: {dim: axis}}
torch.kept: {sig: "(input, min=None, max=None)", to: mindspore.ops.clamp}
torch.refused: {sig: "(input, min=None, *, out=None)", to: mindspore.ops.clamp,
  args: {out: {unsupported: MindSpore has no out=}}}
torch.lost: {sig: "(input, sparse=False)", to: mindspore.ops.clamp}
torch.dropped: {sig: "(input, device=None)", to: mindspore.ops.relu, args: {device: {drop: by context}}}
torch.noted: {sig: "(input, inplace=False)", to: mindspore.ops.relu,
  args: {inplace: {drop: not in place, unless: "True", note: mind it}}, example: "torch.noted(f(2), True)"}
torch.only: {sig: "(input, sparse=False)", to: mindspore.ops.relu, args: {sparse: {only: "False"}}}
torch.inverted: {sig: "(input, momentum=0.1)", to: mindspore.made.norm,
  args: {momentum: {value: "1 - {}", reject: "None"}}}
torch.defaulted: {sig: "(input, eps=1e-5)", to: mindspore.made.norm,
  args: {eps: {to: epsilon, default: "1e-5"}}}
torch.added: {sig: "(input, stride=1)", to: mindspore.made.conv, add: {pad_mode: "'valid'", stride: "2"}}
torch.shaped: {sig: "(*size)", expr: "ops.zeros({size})"}
torch.spread: {sig: "(*size)", expr: "ops.made(0, {*size})"}
torch.twice: {sig: "(input)", expr: "{input} * ops.sigmoid({input})"}
torch.item: {sig: "(input, size)", expr: "ops.made({input}, {size[0]}, {size[-1]})"}
torch.unused: {sig: "(input, other=1)", expr: "ops.relu({input})"}
torch.braced: {sig: "(input, other=1)", expr: "{input} - {other}"}
torch.cases:
  sig: "(input, dim=None)"
  when:
    - if: {absent: [dim]}
      expr: "ops.all({input})"
    - if: {kind: {dim: int}}
      expr: "ops.one({input}, {dim})"
    - if: {kind: {dim: tuple}}
      expr: "ops.many({input}, {dim})"
torch.any_case:
  sig: "(input, dim=None)"
  when:
    - if: {kind: {dim: int}}
      expr: "ops.one({input}, {dim})"
    - expr: "ops.any({input}, {dim})"
      unknown: ok
torch.never: {unsupported: it does not exist, hint: write it}
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    """The shipped tables and rows made up for these tests."""
    path = tmp_path_factory.mktemp("tables") / "made.yaml"
    path.write_text(ROWS)
    return load_tables((path,))


def convert(text: str, made: Tables) -> tuple[FileResult, str]:
    source = f"import torch\n\n\ndef f(a, b, n, k, **kw):\n    x = {text}\n    return x\n"
    result = convert_bytes(source.encode(), Path("made.py"), made, Settings(todo_comments=False))
    assert result.error is None
    line = next(line for line in result.text.splitlines() if line.startswith("    x = "))
    return result, line.removeprefix("    x = ")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("torch.renamed(a, 1)", "ops.softmax(a, 1)"),
        ("torch.renamed(a, dim=1)", "ops.softmax(a, axis=1)"),
        ("torch.renamed(dim=1, input=a)", "ops.softmax(axis=1, input=a)"),
        ("torch.kept(a, 1, max=n)", "ops.clamp(a, 1, max=n)"),
        ("torch.dropped(a, device='cuda')", "ops.relu(a)"),
        ("torch.dropped(a, 'cuda')", "ops.relu(a)"),
        ("torch.noted(a, True)", "ops.relu(a)"),
        ("torch.only(a, sparse=False)", "ops.relu(a)"),
        ("torch.inverted(a, 0.1)", "ms.made.norm(a, 0.9)"),
        ("torch.inverted(a, momentum=n)", "ms.made.norm(a, momentum=1 - n)"),
        ("torch.inverted(a, momentum=n - k)", "ms.made.norm(a, momentum=1 - (n - k))"),
        ("torch.inverted(a, momentum=n * k)", "ms.made.norm(a, momentum=1 - n * k)"),
        ("torch.inverted(a, momentum=n if k else b)", "ms.made.norm(a, momentum=1 - (n if k else b))"),
        ("torch.defaulted(a)", "ms.made.norm(a, epsilon=1e-5)"),
        ("torch.defaulted(a, eps=1e-6)", "ms.made.norm(a, epsilon=1e-6)"),
        ("torch.added(a, stride=3)", "ms.made.conv(a, stride=3, pad_mode='valid')"),
        ("torch.shaped(2, 3)", "ops.zeros((2, 3))"),
        ("torch.shaped((2, 3))", "ops.zeros((2, 3))"),
        ("torch.shaped(*n)", "ops.zeros((*n,))"),
        ("torch.spread(2, 3)", "ops.made(0, 2, 3)"),
        ("torch.twice(a)", "a * ops.sigmoid(a)"),
        ("torch.twice(a.b[0])", "a.b[0] * ops.sigmoid(a.b[0])"),
        ("torch.item(a, (2, 3))", "ops.made(a, 2, 3)"),
        ("torch.braced(a + b, n + k)", "a + b - (n + k)"),
        ("torch.braced(a, (lambda: 0))", "a - (lambda: 0)"),
        ("torch.unused(a, 1)", "ops.relu(a)"),
        ("torch.cases(a)", "ops.all(a)"),
        ("torch.cases(a, 3)", "ops.one(a, 3)"),
        ("torch.cases(a, dim=(0, 1))", "ops.many(a, (0, 1))"),
        ("torch.any_case(a, n)", "ops.any(a, n)"),
        ("torch.renamed(torch.kept(a, 1), dim=1)", "ops.softmax(ops.clamp(a, 1), axis=1)"),
    ],
)
def test_plans(text: str, expected: str, made: Tables) -> None:
    _, found = convert(text, made)
    assert found == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("torch.refused(a, out=b)", "no out="),
        ("torch.lost(a, sparse=True)", "sparse="),
        ("torch.lost(a, True)", "sparse="),
        ("torch.only(a, sparse=True)", "sparse="),
        ("torch.only(a, sparse=n)", "sparse="),
        ("torch.inverted(a, momentum=None)", "momentum=None"),
        ("torch.unused(a, 2)", "other="),
        ("torch.unused(a, other=n)", "other="),
        ("torch.renamed(a, unheard=1)", "do not fit"),
        ("torch.renamed()", "do not fit"),
        ("torch.renamed(a, 1, 2)", "do not fit"),
        ("torch.renamed(a, **kw)", "behind \\* or \\*\\*"),
        ("torch.renamed(*a)", "behind \\* or \\*\\*"),
        ("torch.twice(f(a))", "twice"),
        ("torch.item(a, n)", "literal tuple"),
        ("torch.item(a, (*n, 2))", "literal tuple"),
        ("torch.cases(a, n)", "cannot be told"),
        ("torch.cases(a, 'x')", "no counterpart"),
        ("torch.never(a)", "does not exist"),
        ("torch.unheard(a)", "not in the tables"),
    ],
)
def test_refusals(text: str, reason: str, made: Tables) -> None:
    result, found = convert(text, made)
    assert found == text
    (finding,) = [finding for finding in result.findings if finding.outcome is Outcome.MANUAL]
    assert re.search(reason, finding.message)


def test_notes_reach_the_report(made: Tables) -> None:
    noted, _ = convert("torch.noted(a, True)", made)
    assert "mind it" in noted.findings[0].message
    silent, _ = convert("torch.noted(a, False)", made)
    assert all("mind it" not in finding.message for finding in silent.findings)
