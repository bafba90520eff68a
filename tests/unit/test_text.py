from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from torch2ms.source.text import DecodeError, SourceText, Span, decode, encode

ROUND_TRIP = [
    b"",
    b"x = 1",
    b"x = 1\n",
    b"\xef\xbb\xbfx = 1\n",
    b"# -*- coding: latin-1 -*-\nx = '\xe9'\n",
    b"#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\nx = '\x80'\n",
    b"x = 1\r\ny = 2\r\n",
    b"x = 1\ry = 2\r",
    b"x = 1\r\ny = 2\nz = 3\r",
    b"if x:\n\ty = 1\n\x0c\n",
    b"\xef\xbb\xbf# coding: utf-8\r\nx = '\xc3\xa9'",
    "x = '\u2028 \x0b \x85 😀'\n".encode(),
]


@pytest.mark.parametrize("data", ROUND_TRIP)
def test_bytes_round_trip(data: bytes) -> None:
    source = decode(data)
    assert encode(source.text, source) == data
    assert not source.text.startswith("\ufeff")


@given(st.text(alphabet="ab é😀\n\r\t\x0c\x0b\u2028", max_size=40), st.booleans())
def test_any_text_round_trips(text: str, bom: bool) -> None:
    data = b"\xef\xbb\xbf" * bom + text.encode()
    source = decode(data)
    assert encode(source.text, source) == data


@pytest.mark.parametrize(
    ("data", "newline"),
    [(b"", "\n"), (b"a\nb\r\nc\r\n", "\r\n"), (b"a\rb\rc\n", "\r"), (b"a\nb\r\n", "\n")],
)
def test_the_dominant_newline(data: bytes, newline: str) -> None:
    assert decode(data).newline == newline


def test_undecodable_bytes_are_reported_with_their_line() -> None:
    with pytest.raises(DecodeError, match=r"^byte 0xff in line 2 is not valid utf-8$"):
        decode(b"x = 1\ny = '\xff'\n")


@pytest.mark.parametrize("data", [b"# coding: klingon\n", b"\xef\xbb\xbf# coding: latin-1\n", b"\xff"])
def test_bad_encodings_are_reported_in_one_line(data: bytes) -> None:
    with pytest.raises(DecodeError) as error:
        decode(data)
    assert "\n" not in str(error.value)


def test_characters_the_encoding_lacks_are_escaped() -> None:
    source = decode(b"# coding: latin-1\nx = 1\n")
    assert encode("# coding: latin-1\nx = '\u2192'\n", source) == b"# coding: latin-1\nx = '\\u2192'\n"


def test_lines_are_those_of_ast() -> None:
    source = decode("a = 'x\x0c\x0b\u2028'\r\nb = 2\rc = 3\n".encode())
    tree = ast.parse(source.text)
    assert [source.segment(node) for node in tree.body] == ["a = 'x\x0c\x0b\u2028'", "b = 2", "c = 3"]


def test_columns_are_characters() -> None:
    source = decode("é = '😀' + x\n".encode())
    name = ast.parse(source.text).body[0].value.right  # type: ignore[attr-defined]
    assert source.text[source.offset(name.lineno, name.col_offset)] == "x"
    assert source.char_col(name.lineno, name.col_offset) == 10
    assert source.place(name) == Span(1, 11, 1, 12)


@given(st.lists(st.sampled_from(["é = 'ü😀'", "a", "f(x, 'é')", "'''\n\u2028'''", "\t"]), max_size=6))
def test_segments_agree_with_ast(pieces: list[str]) -> None:
    text = "\n".join(piece.strip() or "pass" for piece in pieces)
    source = SourceText(text)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.expr | ast.stmt):
            assert source.segment(node) == ast.get_source_segment(text.replace("\r", "\n"), node)
