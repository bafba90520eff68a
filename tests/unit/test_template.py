from __future__ import annotations

import ast
import copy
import re

import libcst as cst
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from torch2ms.rewrite.output.pairing import Level
from torch2ms.rewrite.output.template import (
    TemplateError,
    compile_template,
    fit,
    parse_expression,
    single,
)
from torch2ms.rewrite.output.transformer import render_value
from torch2ms.rewrite.plan import Items, Template, Value


def render(text: str, **values: Value) -> str:
    def elsewhere(node: ast.expr) -> object:
        raise AssertionError(node)

    rendered = render_value(Template(text, values), elsewhere)  # type: ignore[arg-type]
    return cst.Module([]).code_for_node(single(rendered))


@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [
        ("1 - {m}", "a - b", "1 - (a - b)"),
        ("1 - {m}", "a * b", "1 - a * b"),
        ("{m} - 1", "a - b", "a - b - 1"),
        ("{m} ** 2", "-x", "(-x) ** 2"),
        ("{m} ** 2", "x ** y", "(x ** y) ** 2"),
        ("2 ** {m}", "-x", "2 ** -x"),
        ("2 ** {m}", "x ** y", "2 ** x ** y"),
        ("-{m}", "a ** b", "-a ** b"),
        ("-{m}", "a + b", "-(a + b)"),
        ("not {m}", "a or b", "not (a or b)"),
        ("not {m}", "a == b", "not a == b"),
        ("{m} and z", "a or b", "(a or b) and z"),
        ("{m} < z", "a < b", "(a < b) < z"),
        ("{m}.shape", "a + b", "(a + b).shape"),
        ("{m}.shape", "1", "(1).shape"),
        ("{m}.shape", "1.5", "(1.5).shape"),
        ("{m}.shape", "await a", "(await a).shape"),
        ("{m}.shape", "'a'", "'a'.shape"),
        ("{m}.shape", "a[b](c).d", "a[b](c).d.shape"),
        ("{m}[0]", "a, b", "(a, b)[0]"),
        ("{m}()", "lambda: 0", "(lambda: 0)()"),
        ("f({m})", "lambda: 0", "f(lambda: 0)"),
        ("f({m})", "a if b else c", "f(a if b else c)"),
        ("f({m})", "a, b", "f((a, b))"),
        ("f({m})", "y := 1", "f((y := 1))"),
        ("f(k={m})", "y := 1", "f(k=(y := 1))"),
        ("f(k={m})", "a + b", "f(k=a + b)"),
        ("f({m})", "(x for x in y)", "f((x for x in y))"),
        ("f({m})", "x for x in y", "f(x for x in y)"),
        ("f({m}, 1)", "x for x in y", "f((x for x in y), 1)"),
        ("f(k={m})", "x for x in y", "f(k=(x for x in y))"),
        ("x[{m}]", "a + b", "x[a + b]"),
        ("x[{m}:{m}]", "lambda: 0", "x[lambda: 0:lambda: 0]"),
        ("x[1:{m}]", "a if b else c", "x[1:a if b else c]"),
        ("[{m}]", "yield a", "[(yield a)]"),
        ("({m},)", "y := 1", "((y := 1),)"),
        ("{m} if a else b", "c if d else e", "(c if d else e) if a else b"),
        ("a if b else {m}", "c if d else e", "a if b else c if d else e"),
        ("await {m}", "a + b", "await (a + b)"),
        ("lambda: {m}", "a, b", "lambda: (a, b)"),
        ("{{'a': {m}}}", "a if b else c", "{'a': a if b else c}"),
        ("f'{{{m}}}'", "lambda: 0", "f'{(lambda: 0)}'"),
        ("({m})", "a + b", "(a + b)"),
        ("{m}", "a + b", "a + b"),
        ("{m} + {m}", "a", "a + a"),
    ],
)
def test_a_value_gets_the_parentheses_its_place_asks_for(text: str, value: str, expected: str) -> None:
    assert render(text, m=value) == expected
    ast.parse(expected)


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        ("f({x})", ("a", "b"), "f((a, b))"),
        ("f({x})", ("a",), "f((a,))"),
        ("f({x})", (), "f(())"),
        ("f({*x})", ("a", "b + c"), "f(a, b + c)"),
        ("f({*x})", (), "f()"),
        ("f(1, {*x})", (), "f(1)"),
        ("f(1, {*x}, k=2)", ("a", "b"), "f(1, a, b, k=2)"),
        ("f({*x}, 1)", ("x for x in y",), "f((x for x in y), 1)"),
        ("({*x},)", ("a",), "(a,)"),
        ("({*x},)", ("a", "b"), "(a, b)"),
        ("({*x},)", (), "()"),
        ("[{*x}, z]", ("a", "lambda: 0"), "[a, lambda: 0, z]"),
        ("{{{*x}}}", (), "set()"),
        ("y[{x}]", ("a", "b"), "y[a, b]"),
        ("y[{x}]", ("a",), "y[a,]"),
        ("y[{*x}]", ("a",), "y[a]"),
        ("y[0, {*x}]", ("a", "b"), "y[0, a, b]"),
        ("y[0, {x}]", ("a", "b"), "y[0, (a, b)]"),
        ("y[{x}]", (), "y[()]"),
        ("{x} + z", ("a", "b"), "(a, b) + z"),
    ],
)
def test_items(text: str, values: tuple[str, ...], expected: str) -> None:
    assert render(text, x=Items(values)) == expected
    ast.parse(expected)


def test_nested_templates() -> None:
    assert render("{a} * 2", a=Template("{b} + 1", {"b": "x if y else z"})) == "((x if y else z) + 1) * 2"


def test_braces_are_doubled() -> None:
    assert render("f({x}, {{'a': 1}})", x="y") == "f(y, {'a': 1})"


@pytest.mark.parametrize("text", ["{", "f({x}", "{x}y", "'{x}'", "a = {x}", "a.{x}", "f({*x}.a)", "{*x}", "f(k={*x})"])
def test_bad_templates_are_refused(text: str) -> None:
    with pytest.raises(TemplateError):
        compile_template(text)


def test_bad_values_are_refused() -> None:
    with pytest.raises(TemplateError):
        render("f({x})", x="a b")


def test_templates_are_compiled_once() -> None:
    assert compile_template("f({x})") is compile_template("f({x})")


def test_a_placeholder_used_twice_shares_no_node() -> None:
    def elsewhere(node: ast.expr) -> object:
        raise AssertionError(node)

    root = single(render_value(Template("{x} + {x}", {"x": "f(a)"}), elsewhere))  # type: ignore[arg-type]
    assert isinstance(root, cst.BinaryOperation)
    assert root.left is not root.right


ATOMS = ["a", "b", "1", "1.5", "'s'", "x.y", "f(z)", "(a, b)", "[a]", "...", "x[0]", "f'{a}'", "{a: b}"]
SHAPES = [
    "{} + {}", "{} - {}", "{} * {}", "{} ** {}", "{} // {}", "{} @ {}", "-{}", "~{}", "not {}", "{} and {}",
    "{} or {}", "{} < {}", "{} in {}", "{} is not {}", "{} if {} else {}", "lambda: {}", "lambda a={}: {}",
    "await {}", "(yield {})", "f({})", "f({}, k={})", "f(*{}, **{})", "{}.shape", "{}[{}]", "{}[{}:{}]",
    "{}[{}, {}:]", "[{}, {}]", "({}, {})", "({},)", "{{{}: {}, **{}}}", "{{{}, {}}}",
    "[{} for a in {} if {}]",
    "({} for a in {})", "{{{}: {} for a in {}}}", "(a := {})", "{} | {}", "{} & {} ^ {}", "{} << {}",
    "f'{{{}!r}}'",
    "[*{}]", "{} < {} == {}", "{} and {} and {}",
]  # fmt: skip


def shaped(shape: str) -> int:
    return shape.replace("{{", "").replace("}}", "").count("{}")


@st.composite
def expressions(draw: st.DrawFn, depth: int = 3) -> str:
    """The text of an expression, written with no more parentheses than it needs."""
    return ast.unparse(draw(trees(depth)))


@st.composite
def trees(draw: st.DrawFn, depth: int) -> ast.expr:
    if depth == 0 or draw(st.integers(0, 3)) == 0:
        return ast.parse(draw(st.sampled_from(ATOMS)), mode="eval").body
    shape = draw(st.sampled_from(SHAPES))
    holes = {f"hole{number}": draw(trees(depth - 1)) for number in range(shaped(shape))}
    return substituted(ast.parse(shape.format(*holes), mode="eval").body, holes)


def substituted(tree: ast.expr, values: dict[str, ast.expr]) -> ast.expr:
    class Substitution(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.expr:
            return copy.deepcopy(values[node.id]) if node.id in values else node

    result = Substitution().visit(copy.deepcopy(tree))
    assert isinstance(result, ast.expr)
    return result


def in_formatted(tree: ast.expr) -> bool:
    return any(isinstance(node, ast.JoinedStr) for node in ast.walk(tree))


@settings(max_examples=600, deadline=None)
@given(st.data())
def test_substitution_means_the_same_in_text_as_in_ast(data: st.DataObject) -> None:
    shape = data.draw(st.sampled_from(SHAPES))
    names = [f"hole{number}" for number in range(shaped(shape))]
    template = ast.parse(shape.format(*names), mode="eval").body
    values = {name: data.draw(trees(3)) for name in names}
    if in_formatted(template) and any("'" in ast.unparse(value) for value in values.values()):
        return
    expected = substituted(template, values)
    holes = iter(names)
    text = render(
        re.sub(r"\{\{|\}\}|\{\}", lambda m: f"{{{next(holes)}}}" if m[0] == "{}" else m[0], shape),
        **{name: ast.unparse(value) for name, value in values.items()},
    )
    assert ast.unparse(ast.parse(text, mode="eval").body) == ast.unparse(expected)


@pytest.mark.parametrize("slot", list(Level))
def test_nothing_in_parentheses_gets_more(slot: Level) -> None:
    node = parse_expression("(a, b)")
    assert fit(node, slot) is node
