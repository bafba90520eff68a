"""What belongs to a statement itself, and what a node is part of."""

from __future__ import annotations

import ast

import pytest

from torch2ms.rewrite.analysis.blocks import Blocks, own_expressions, own_nodes, own_statements
from torch2ms.rewrite.analysis.held_classes import Callee, Holders
from torch2ms.source.parents import Parents


def first(text: str) -> ast.stmt:
    return ast.parse(text).body[0]


def names(nodes: object) -> list[str]:
    assert hasattr(nodes, "__iter__")
    return [node.id for node in nodes if isinstance(node, ast.Name)]


def find(tree: ast.AST, text: str) -> ast.expr:
    return next(n for n in ast.walk(tree) if isinstance(n, ast.expr) and ast.unparse(n) == text)


# Own expressions


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x, y = f(a), b", ["(x, y)", "(f(a), b)"]),
        ("x: T = a", ["x", "T", "a"]),
        ("x += a[b]", ["x", "a[b]"]),
        ("del x, y.z", ["x", "y.z"]),
        ("assert a, b", ["a", "b"]),
        ("import a.b as c", []),
        ("global x", []),
        ("if a:\n    b\nelse:\n    c", ["a"]),
        ("for x in a:\n    b", ["x", "a"]),
        ("while a:\n    b\nelse:\n    c", ["a"]),
        ("with a as x, b:\n    c", ["a", "x", "b"]),
        ("try:\n    a\nexcept (A, B) as e:\n    b\nfinally:\n    c", ["(A, B)"]),
        ("@d(a)\ndef f(x: T = v, *y: U, k=w) -> R:\n    b", ["T", "U", "w", "v", "d(a)", "R"]),
        ("@d\nclass C(B, k=v):\n    b", ["B", "v", "d"]),
        ("match a:\n    case K(x=V.one) | [2, *_] if g:\n        b", ["a", "K", "V.one", "2", "g"]),
        ("x = lambda a=v: a", ["x", "lambda a=v: a"]),
    ],
)
def test_own_expressions(text: str, expected: list[str]) -> None:
    assert [ast.unparse(node) for node in own_expressions(first(text))] == expected


def test_own_nodes_are_all_below_the_own_expressions_and_none_of_the_body() -> None:
    stmt = first("with f(a, k=b[c]) as (x, y):\n    d\n")
    assert sorted(names(own_nodes(stmt))) == ["a", "b", "c", "f", "x", "y"]


def test_every_expression_of_a_file_belongs_to_exactly_one_statement() -> None:
    tree = ast.parse(
        "@d\nclass C(B, k=v):\n    def f(self, x: T = u) -> R:\n        with a as b:\n            try:\n"
        "                return [x for x in y]\n            except E as e:\n                match e:\n"
        "                    case K(z) if g: raise\n"
    )
    stmts = [node for node in ast.walk(tree) if isinstance(node, ast.stmt)]
    own = [node for stmt in stmts for node in own_nodes(stmt) if isinstance(node, ast.expr)]
    assert len(own) == len(set(own))
    assert set(own) == {node for node in ast.walk(tree) if isinstance(node, ast.expr)}


def test_own_statements() -> None:
    tree = ast.parse(
        "a\nif b:\n    c\nelse:\n    d\ndef f():\n    inside\nclass C:\n    inside\n"
        "try:\n    e\nexcept E:\n    g\nelse:\n    h\nfinally:\n    i\nmatch j:\n    case 1:\n        k\n"
    )
    found = [stmt for stmt in own_statements(tree.body) if isinstance(stmt, ast.Expr)]
    assert [ast.unparse(stmt) for stmt in found] == ["a", "c", "d", "e", "h", "i", "g", "k"]


# Parents

FILE = """\
class C(B):
    def f(self, x=v):
        if x:
            return f(a.b + c, k=[d])
"""


def test_the_parent_of_every_node_holds_it() -> None:
    tree = ast.parse(FILE)
    parents = Parents(tree)
    assert parents.of(tree) is None
    shared = (ast.expr_context, ast.operator)
    for node in ast.walk(tree):
        for child in ast.iter_child_nodes(node):
            assert parents.of(child) is (None if isinstance(child, shared) else node)


def test_upwards_ends_at_the_statement() -> None:
    tree = ast.parse(FILE)
    parents = Parents(tree)
    around = list(parents.upwards(find(tree, "a.b")))
    assert [type(node) for node in around] == [ast.Attribute, ast.BinOp, ast.Call, ast.Return]
    assert [type(node) for node in parents.upwards(find(tree, "v"))] == [ast.Name, ast.arguments, ast.FunctionDef]
    stmt = tree.body[0]
    assert list(parents.upwards(stmt)) == [stmt]


def test_what_is_not_in_the_file_has_no_parent() -> None:
    node = ast.Name("x", ast.Load())
    assert Parents(ast.parse("x = 1")).of(node) is None


# Blocks


def test_where_statements_stand() -> None:
    tree = ast.parse("def f():\n    for x in y:\n        a\n        b\nc\n")
    blocks = Blocks(tree, Parents(tree))
    function, last = tree.body
    loop = function.body[0]  # type: ignore[attr-defined]
    a, b = loop.body
    assert list(blocks.above(b)) == [loop, function]
    assert blocks.rest(a) == [b] and blocks.rest(b) == []
    assert blocks.function(b) is function and blocks.function(last) is None
    assert blocks.scope(b) is function and blocks.scope(last) is tree
    assert blocks.inside(b, function) and blocks.inside(last, tree) and not blocks.inside(last, function)
    assert blocks.innermost(find(tree, "b")) is b


# Held classes: who calls what is all that has to be known of a file


def calls_of(text: str, callees: dict[str, Callee]) -> list[str] | None:
    """The calls of what is called `Layer` in a file; `callees` by the text of what is called."""
    tree = ast.parse(text)
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    holders = Holders(Parents(tree), lambda call: callees.get(ast.unparse(call.func), Callee()), functions)
    found = holders.calls_of(find(tree, "Layer"), lambda _: True)
    return None if found is None else [ast.unparse(call) for call in found]


MAKE = "def make(layer, n):\n    return layer(n, 1)\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Layer(1)", ["Layer(1)"]),
        ("x = Layer\nx(1)\nx(2)", ["x(1)", "x(2)"]),
        (MAKE + "make(Layer, 2)", ["layer(n, 1)"]),
        (MAKE + "make(n=2, layer=Layer)", ["layer(n, 1)"]),
        ("partial(Layer, 1)(2)", ["partial(Layer, 1)", "partial(Layer, 1)(2)"]),
        ("isinstance(x, Layer)", []),
        ("imported(Layer)", None),
        ("unknown(Layer)", None),
        ("return_it = [Layer]", None),
        ("class A(B, norm=Layer): pass", None),
    ],
)
def test_calls_of_a_held_class(text: str, expected: list[str] | None) -> None:
    tree = ast.parse(MAKE)
    make = tree.body[0]
    assert isinstance(make, ast.FunctionDef)
    callees = {
        "make": Callee(make),
        "partial": Callee(imported="functools.partial"),
        "imported": Callee(imported="blocks.Block"),
    }
    assert calls_of(text, callees) == expected


def test_a_bound_function_gets_its_arguments_after_the_first_parameter() -> None:
    text = "def method(self, layer):\n    layer(1)\nx.method(Layer)"
    function = first(text)
    assert isinstance(function, ast.FunctionDef)
    assert calls_of(text, {"x.method": Callee(function, is_bound=True)}) == ["layer(1)"]
    assert calls_of(text, {"x.method": Callee(function)}) == []
