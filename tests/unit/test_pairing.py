from __future__ import annotations

import ast
import re
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import libcst as cst
import pytest

from torch2ms.rewrite.output.pairing import Level, level, pair
from torch2ms.rewrite.output.template import parse_expression
from torch2ms.source.text import decode

EXPRESSIONS = [
    "a",
    "a and b and c or d or (e or f)",
    "(a and b) and c",
    "not a == b < c is not d not in e",
    "-a ** -b",
    "f(a, *b, c=1, **d)",
    "f(*a, b, *c, k=1, **d, e=2)",
    "f(x for x in y)",
    "f((x for x in y), 1)",
    "x[a, b]",
    "x[(a, b)]",
    "x[a,]",
    "x[(a,)]",
    "x[*a]",
    "x[*a, b]",
    "x[a:b, ::c, ...]",
    "x[:]",
    "x[(a, b), c]",
    "(a, *b)",
    "a, b",
    "[a, *b]",
    "{a, *b}",
    "{a: b, **c, 'd': e}",
    "{}",
    "()",
    "[x for x, y in z if a if b for w in x]",
    "{x for x in y}",
    "{x: y async for x in y for z in w}",
    "lambda: 0",
    "lambda a, b=c, /, d=e, *f, g, h=i, **j: k",
    "lambda *, a=b: c",
    "lambda a=b: lambda c=d: e",
    "f'{a} b {c!r:>{d}.{e}} {f=}'",
    "f'{a}' 'b' f'{c}{d}'",
    "'x' f'{a:{b}}' \"y\"",
    "f'{{}}'",
    "rf'''{a\n}'''",
    "'a' 'b'",
    "(y := f(x))",
    "a if b else c if d else e",
    "(await a)[b]",
    "(yield)",
    "(yield a, b)",
    "(yield from a)",
    "1j + 0x10 + 1.5 + True + None + ...",
    "((a))",
    "(a)(b)[(c)].d",
    "a @ b // c << d >> e & f ^ g | ~h % +i",
    "{**a}",
    "f(\n    a,  # one\n    *b  # two\n)",
    "f\"{x['a']}{ {1: 2}[1] }\"",
]


def stdlib_files(count: int) -> list[Path]:
    files = sorted(Path(sysconfig.get_paths()["stdlib"]).glob("*.py"))
    return files[:: max(1, len(files) // count)]


def roots(node: ast.AST) -> Iterator[ast.expr]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            yield child
        else:
            yield from roots(child)


def dump(node: ast.AST) -> str:
    return re.sub(r"ctx=(Store|Del)\(\)", "ctx=Load()", ast.dump(node))


def twinless(node: ast.expr) -> set[ast.expr]:
    """The expressions below a node that have no single twin: strings and specifications inside f-strings."""
    without: set[ast.expr] = set()
    for inner in ast.walk(node):
        if isinstance(inner, ast.JoinedStr):
            without.update(value for value in inner.values if not isinstance(value, ast.FormattedValue))
        if isinstance(inner, ast.FormattedValue) and inner.format_spec is not None:
            without.add(inner.format_spec)
    return without


def check(root: ast.expr, text: str) -> int:
    wanted = {node for node in ast.walk(root) if isinstance(node, ast.expr)}
    twin = parse_expression(text)
    module = cst.Module([])
    assert module.code_for_node(twin) == text
    pairs = pair(root, twin, wanted)
    assert wanted - set(pairs.twins) - set(pairs.index) == twinless(root)
    for node, node_twin in pairs.twins.items():
        if isinstance(node_twin, cst.FormattedStringExpression):
            assert isinstance(node, ast.FormattedValue)
            continue
        if isinstance(node, ast.Slice):
            code = module.code_for_node(node_twin)
            found: ast.expr = ast.parse(f"x[{code}\n]", mode="eval").body.slice  # type: ignore[attr-defined]
        elif isinstance(node, ast.Starred):
            assert isinstance(node_twin, cst.Arg | cst.StarredElement | cst.Index)
            code = module.code_for_node(node_twin.value)
            found = ast.Starred(ast.parse(f"({code}\n)", mode="eval").body, node.ctx)
        else:
            found = ast.parse(f"({module.code_for_node(node_twin)}\n)", mode="eval").body
        assert dump(found) == dump(node)
    return len(wanted)


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_every_expression_has_its_twin(text: str) -> None:
    check(ast.parse(f"(\n{text}\n)", mode="eval").body, text)


@pytest.mark.parametrize("path", stdlib_files(24), ids=lambda path: path.stem)
def test_the_standard_library_is_paired(path: Path) -> None:
    source = decode(path.read_bytes())
    for root in roots(ast.parse(source.text)):
        if isinstance(root, ast.Starred):
            root = root.value
        check(root, source.segment(root))


def test_only_wanted_nodes_are_paired() -> None:
    root = ast.parse("f(a, g(b))", mode="eval").body
    assert isinstance(root, ast.Call)
    pairs = pair(root, parse_expression("f(a, g(b))"), {root, root.args[1]})
    assert set(pairs.twins) == {root, root.args[1]}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a", Level.ATOM),
        ("1", Level.NUMBER),
        ("-1", Level.FACTOR),
        ("a, b", Level.LOOSE),
        ("(a, b)", Level.ATOM),
        ("not a", Level.NOT),
        ("a if b else c", Level.TEST),
        ("lambda: 0", Level.TEST),
        ("a @ b", Level.TERM),
        ("await a", Level.AWAIT),
        ("a ** b", Level.POWER),
        ("a in b", Level.COMPARE),
    ],
)
def test_levels(text: str, expected: Level) -> None:
    assert level(parse_expression(text)) is expected
