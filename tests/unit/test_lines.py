"""Lines of a text: joined ones, comments, blank lines."""

from __future__ import annotations

import pytest

from torch2ms.rewrite.output.lines import (
    Lines,
    before_space,
    comments_of,
    fits_line,
    is_word,
    lead,
    logical_end,
    lost_comments,
)
from torch2ms.source.text import SourceText


def lines(text: str) -> Lines:
    return Lines(SourceText(text))


JOINED = "if a:\n    x = 1 + \\\n  2 + \\\n3\n    y\n"


def test_lines_joined_by_backslashes() -> None:
    found = lines(JOINED)
    start, last = JOINED.index("    x"), JOINED.index("3")
    assert found.line_start(last) == last and found.logical_start(last) == start
    assert found.after_line(last) == JOINED.index("    y")
    assert found.indent(last) == "    "
    assert found.continues(last) and not found.continues(start)
    assert found.starts_line(JOINED.index("x")) and not found.starts_line(last)


@pytest.mark.parametrize("text", ["# a \\\nx", "'a\\\\'\nx", "\nx"])
def test_backslashes_that_join_nothing(text: str) -> None:
    assert not lines(text).continues(text.index("x"))


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_newlines_of_every_kind(newline: str) -> None:
    text = newline.join(["a = \\", "b", "\tc", ""])
    found = lines(text)
    assert found.logical_start(text.index("b")) == 0
    assert found.indent(text.index("c")) == "\t"
    assert found.after_line(text.index("c")) == len(text)
    assert logical_end(text, 0) == text.index("b") + 1


def test_of_the_blank_lines_around_deleted_ones_the_shorter_run_goes() -> None:
    text = "a\n\nb\n\n\nc\n"
    found, line, stop = lines(text), text.index("b"), text.index("b") + 2
    assert text[slice(*found.with_blank_lines(line, stop, leading=False))] == "\nb\n"
    assert text[slice(*found.with_blank_lines(line, stop, leading=True))] == "b\n\n\n"


def test_comments_after_a_body_belong_to_it_when_they_are_indented_deeper() -> None:
    text = "if a:\n    b\n\n    # own\n# not\nc\n"
    assert text[: lines(text).body_end(text.index("b"), 0)] == "if a:\n    b\n\n    # own\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x  # a\ny# b", ["# a", "# b"]),
        ("'# no'  # a", ["# a"]),
        ("'''\n# no\n'''", []),
        ('"\\"# no"  # a', ["# a"]),
        ("x", []),
    ],
)
def test_comments(text: str, expected: list[str]) -> None:
    assert comments_of(text) == expected


def test_comments_that_get_lost() -> None:
    assert lost_comments("a # x\nb # y\nc # x", "a # x") == ["# y", "# x"]
    assert lost_comments("a # x", "a # x") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a", True),
        ("f(\n a)", True),
        ("a +\nb", False),
        ("a + \\\nb", True),
        ("'''\n'''", True),
        ("f(a) +\n(b)", False),
    ],
)
def test_what_needs_no_brackets(text: str, expected: bool) -> None:
    assert fits_line(text) is expected


def test_small_things() -> None:
    assert lead("ab \t\fc", 2) == 3 and lead("ab", 2) == 0
    assert before_space("a: \\\n  b", 7) == 2
    assert is_word("é") and is_word("_") and not is_word("(") and not is_word("")
    assert is_word("'", quote=True) and not is_word("'")
