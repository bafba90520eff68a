"""Statements in their text, and templates of statements."""

from __future__ import annotations

import ast

import pytest

from torch2ms.rewrite.output.lines import Lines
from torch2ms.rewrite.output.pairing import Level
from torch2ms.rewrite.output.statements import (
    Layout,
    compile_statement,
    header_expressions,
    is_comment,
    is_compound,
    is_docstring,
    needs_lines,
    with_header,
)
from torch2ms.rewrite.plan import Template
from torch2ms.source.text import SourceText


def layout(text: str) -> tuple[Layout, ast.stmt]:
    source = SourceText(text)
    return Layout(source, Lines(source)), ast.parse(text).body[0]


@pytest.mark.parametrize(
    "header",
    [
        "if a:",
        "if (a[1:2]):",
        "while {1: 2}[b]  :",
        "for x in f(y, z=':'):",
        "for x in (  # a: b\n        y):",
        "with a as b, c:",
        "def f(a: int = 1, *b: c) -> d:",
        "def f():",
        "class C(A, k=v):",
        "class C:",
        "try:",
        "match a:",
    ],
)
def test_the_end_of_a_header(header: str) -> None:
    rest = " pass" if not header.startswith(("match", "try")) else ""
    rest += "\n    case _: pass" if header.startswith("match") else ""
    rest += "\n    a\nexcept b: pass" if header.startswith("try") else ""
    found, stmt = layout(header + rest)
    assert found.header_end(stmt, 0) == len(header)


def test_decorators_come_before_the_start() -> None:
    text = "@a.b\n@ c(\n  d)\ndef f(): pass\n"
    found, stmt = layout(text)
    assert isinstance(stmt, ast.FunctionDef)
    assert found.top(stmt) == 0 and found.start(stmt) == text.index("def")
    assert found.decorator_start(stmt.decorator_list[1], 4) == text.index("@ c")
    assert found.decorator_limit(stmt.decorator_list, 0, stmt) == text.index("@ c")
    assert found.decorator_limit(stmt.decorator_list, 1, stmt) == text.index("def")


@pytest.mark.parametrize(
    ("text", "expected"), [("a; b", True), ("a\nb", False), ("a; \\\nb", True), ("if a: b\nc", False)]
)
def test_statements_that_share_a_line(text: str, expected: bool) -> None:
    source = SourceText(text)
    a, b = ast.parse(text).body
    assert Layout(source, Lines(source)).share_line(a, b) is expected


def test_a_header_is_all_but_the_decorators_and_the_body() -> None:
    for text, expected in (
        ("@d\ndef f(a: T = v) -> R: x", ["T", "v", "R"]),
        ("@d\nclass C(B, k=v): x", ["B", "v"]),
        ("with a as b: x", ["a", "b"]),
        ("try: x\nexcept E: y", []),
    ):
        assert [ast.unparse(node) for node in header_expressions(ast.parse(text).body[0])] == expected


def test_kinds_of_statements() -> None:
    assert is_compound(ast.parse("match a:\n    case b: c").body[0]) and is_compound(ast.parse("if a: b").body[0])
    assert not is_compound(ast.parse("a = b").body[0])
    function, loop = ast.parse("def f(): 'doc'\nwhile a: 'no'").body
    assert is_docstring(function, function.body[0])  # type: ignore[attr-defined]
    assert not is_docstring(loop, loop.body[0])  # type: ignore[attr-defined]


def test_templates_of_comments_and_of_several_lines() -> None:
    assert is_comment(Template("\n# {x}\n\n  # b\n")) and not is_comment(Template("x  # a"))
    assert needs_lines(Template("a\nb")) and needs_lines(Template("@a")) and needs_lines(Template("with {x}:"))
    assert not needs_lines(Template("\na\n")) and not needs_lines(Template("format(a)"))


def test_the_header_of_a_with_that_loses_items() -> None:
    stmt = ast.parse("with a as b, c, d as e: pass").body[0]
    assert isinstance(stmt, ast.With)
    template = with_header(stmt, frozenset({1}))
    assert template.text == "with {item0} as {name0}, {item2} as {name2}:"
    assert [ast.unparse(node) for node in template.values.values() if isinstance(node, ast.expr)] == [
        "a",
        "b",
        "d",
        "e",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x = {v}", Level.LOOSE),
        ("return {v}", Level.LOOSE),
        ("x = a * {v}", Level(Level.TERM + 1)),
        ("if not {v}:", Level.NOT),
        ("elif {v}.x:", Level.ATOM),
        ("except {v}:", Level.TEST),
        ("case _ if {v}:", Level.TEST),
        ("# {v}", Level.LOOSE),
        ("def {v}():", Level.LOOSE),
        ("for {v} of", Level.ATOM),
    ],
)
def test_what_the_place_of_a_placeholder_asks_for(text: str, expected: Level) -> None:
    _, slots = compile_statement(text)
    ((hole, level),) = slots.values()
    assert hole.name == "v" and level == expected
