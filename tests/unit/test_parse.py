from __future__ import annotations

import ast

import pytest

from torch2ms.source.parse import ParseError, parse


def test_a_tree() -> None:
    assert ast.unparse(parse("x = 1")) == "x = 1"


@pytest.mark.filterwarnings("error")
def test_no_warnings_about_the_author_s_own_escapes() -> None:
    parse('x = "\\d"')


@pytest.mark.parametrize(
    "line",
    [
        "print 'loss', x",
        "exec 'x = 1'",
        "raise ValueError, 'x'",
        "x = 0777",
        "x = 10L",
        "x = ur'a'",
        "x = 1 <> 2",
        "try: pass\nexcept ValueError, e: pass",
    ],
)
def test_python_2_is_named(line: str) -> None:
    text = f"import torch\r\ny = 1\r\n{line}\n"
    with pytest.raises(ParseError, match=r"^Python 2 source: ") as caught:
        parse(text)
    assert caught.value.line == 3 + line.count("\n")


@pytest.mark.parametrize("text", ["x = = 1", "print(1", "x = 1 +", "def f(:\n    pass", "x = '\n"])
def test_other_errors_are_not_python_2(text: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse(text)
    assert "Python 2" not in caught.value.message
    assert caught.value.line == 1 and caught.value.col > 0


@pytest.mark.parametrize(
    "text", ["x = 1\0", "(" * 5000 + ")" * 5000, "-" * 100_000 + "1"], ids=["nul", "nested", "deep"]
)
def test_what_the_parser_cannot_take_is_one_line(text: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse(text)
    assert caught.value.message and "\n" not in caught.value.message
