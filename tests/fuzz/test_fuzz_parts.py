"""The parts of the hunt: how results are compared, how a program is shrunk, what is known."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from fuzzing.hunt import alone_entry
from fuzzing.known import is_known, read_known
from fuzzing.shrink import shrink
from fuzzing.values import difference, plain

SOURCE = """\
import math


def other():
    return 1


def main():
    a = [1, 2, 3]
    b = other()
    if b > 0:
        c = math.sqrt(sum(a))
    else:
        c = 2
    d = c + b
    return [a, b, d]
"""


@pytest.mark.parametrize(
    ("expected", "actual", "where"),
    [
        (np.zeros(2), np.zeros(2), ""),
        (np.zeros(2), np.zeros(3), "shape"),
        (np.zeros(2, np.float32), np.zeros(2), "dtype"),
        (np.array([1.0, 2.0]), np.array([1.0, 2.1]), "values"),
        (np.array([1.0, 2.0]), np.array([1.0, 2.0000001]), ""),
        (np.array([np.nan]), np.array([0.0]), "values"),
        (1, True, "int"),
        (1, 1.0, "int"),
        (2**60, 2**60 + 1, "int"),
        ([1, 2], (1, 2), "list"),
        ({"a": 1}, {"b": 1}, "keys"),
        ("loss 0.125", "loss 0.126", ""),
        ("loss 0.125", "loss 0.225", "text"),
        ("loss 0.125", "loss 0.12", "text"),
        (None, 0.0, "NoneType"),
    ],
)
def test_difference(expected: object, actual: object, where: str) -> None:
    found = difference(plain(expected), plain(actual))
    assert where in found if where else found == ""


def test_shrinks_to_what_fails() -> None:
    def fails(sources: Sequence[str]) -> list[bool]:
        found = []
        for source in sources:
            called = [n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.Call)]
            found.append("def main" in source and any(ast.unparse(call.func) == "math.sqrt" for call in called))
        return found

    small = shrink(SOURCE, fails)
    assert "math.sqrt" in small and "other" not in small and "if" not in small
    assert len(small.splitlines()) <= 4


def test_shrinking_keeps_a_program_that_cannot_be_smaller() -> None:
    assert shrink(SOURCE, lambda sources: [False] * len(sources)) == SOURCE


def test_an_entry_is_taken_out_of_its_program() -> None:
    source = "def case_0():\n    return 1\n\ndef case_1():\n    return 2\n"
    assert alone_entry(source, "case_1") == "def case_1():\n    return 2\n"


def test_known_classes_say_why(tmp_path: Path) -> None:
    path = tmp_path / "known.toml"
    path.write_text("[[known]]\nsource = 'cumsum'\nmessage = 'dtype'\nwhy = 'because'\n")
    known = read_known(path)
    assert is_known("torch.cumsum(x, 0)", "dtype int64 is int32", known) == "because"
    assert is_known("torch.cumsum(x, 0)", "values", known) == ""
    assert all(one.why and (one.source or one.message) for one in read_known())
