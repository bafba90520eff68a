"""Edits collected in any order and carried out together."""

from __future__ import annotations

import pytest

from torch2ms.rewrite.output.edits import Edits, Rank, Region
from torch2ms.rewrite.output.lines import Lines
from torch2ms.rewrite.plan import Template
from torch2ms.source.text import SourceText


def edits(text: str, newline: str = "\n") -> Edits:
    source = SourceText(text, newline=newline)
    return Edits(source, Lines(source), lambda template, indent: template.text.strip("\n"))


def test_edits_are_carried_out_in_the_order_of_their_places() -> None:
    found = edits("a b c")
    found.replace(4, 5, "z")
    found.replace(0, 1, "x")
    assert found.done() == "x b z"


def test_edits_must_not_overlap() -> None:
    found = edits("a b c")
    found.replace(0, 3, "x")
    found.replace(2, 5, "y")
    with pytest.raises(ValueError, match="overlapping"):
        found.done()


def test_what_follows_a_statement_comes_before_what_precedes_the_next() -> None:
    text = "if a:\n    b\nc\n"
    found = edits(text)
    found.above(text.index("c"), Template("before c"))
    found.below(text.index("b"), "    ", Template("after b"))
    found.replace(text.index("c"), text.index("c") + 1, "d")
    assert found.done() == "if a:\n    b\n    after b\nbefore c\nd\n"


def test_lines_at_the_end_of_a_file_without_a_newline() -> None:
    found = edits("a", "\r\n")
    found.below(1, "", Template("b"))
    assert found.done() == "a\r\nb"


def test_blank_lines_of_a_template_stay() -> None:
    found = edits("a\nb\n")
    found.above(2, Template("\nx\n\n"))
    assert found.done() == "a\n\nx\n\n\nb\n"


def test_comments_of_deleted_lines_stay() -> None:
    text = "if a:\n    b  # one\n    c\n"
    found = edits(text)
    found.delete_statements(text.index("b"), text.index("b") + 1, leading=False)
    found.comments_above(text.index("c"), ["# two"])
    assert found.done() == "if a:\n    # one\n    # two\n    c\n"


def test_blank_lines_around_deleted_lines_go() -> None:
    text = "a\n\nb\n\nc\n"
    found = edits(text)
    found.delete_statements(text.index("b"), text.index("b") + 1, leading=False)
    assert found.done() == "a\n\nc\n"


def test_regions_move_lines_but_not_what_is_in_strings() -> None:
    text = "a\n  b = '''\nx\n'''\n\n  c\nd\n"
    found = edits(text)
    region = found.open_region(text.index("  b"), Rank.AFTER, Region(2, shift="    "))
    found.close_region(text.index("d"), region)
    assert found.done() == "a\n      b = '''\nx\n'''\n\n      c\nd\n"


def test_regions_nest() -> None:
    text = "a\n      b\n        c\nd\n"
    found = edits(text)
    outer = found.open_region(2, Rank.AFTER, Region(0, width=4))
    inner = found.open_region(text.index("        c"), Rank.BEFORE, Region(4, width=2))
    found.close_region(text.index("d"), inner)
    found.close_region(text.index("d"), outer)
    assert found.done() == "a\n  b\n  c\nd\n"
