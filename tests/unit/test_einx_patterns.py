"""Patterns of einx' functions of elements: what is written for the operands puts their axes where they belong."""

from __future__ import annotations

import itertools

import numpy as np
import numpy.typing as npt
import pytest

from torch2ms.rewrite.rules.einops.elementwise import aligned, read, regrouped

SIZES = {"a": 2, "b": 3, "c": 4, "d": 5}
Floats = npt.NDArray[np.float64]


class Array(np.ndarray):
    """An array with the methods of a tensor that are written."""

    def unsqueeze(self, axis: int) -> Array:
        return np.expand_dims(self, axis).view(Array)

    def permute(self, *axes: int) -> Array:
        return self.transpose(axes)

    def flatten(self, *, start_dim: int, end_dim: int) -> Array:
        return self.reshape(*self.shape[:start_dim], -1, *self.shape[end_dim + 1 :])


def written(pattern: str, arrays: list[Floats]) -> Floats:
    """The sum of arrays by what is written for a pattern."""
    named = read(pattern)
    assert named is not None
    texts = [aligned(axes, named.result) for axes in named.operands]
    total = " + ".join(f"x[{i}]{text}" for i, text in enumerate(texts))
    result: Floats = eval(f"({total}){regrouped(named)}", {"x": [array.view(Array) for array in arrays]})
    return result


def summed(pattern: str, arrays: list[Floats]) -> Floats:
    """The same, place by place."""
    left, _, right = pattern.partition("->")
    terms, result = [term.split() for term in left.split(",")], right.replace("(", "").replace(")", "").split()
    axes = [axis for axis in result if axis != "1"]
    found = np.zeros([SIZES[axis] for axis in axes])
    for place in itertools.product(*(range(SIZES[axis]) for axis in axes)):
        at = dict(zip(axes, place, strict=True))
        found[place] = sum(x[tuple(at[n] for n in term)] for x, term in zip(arrays, terms, strict=True))
    return found


@pytest.mark.parametrize(
    "pattern",
    [
        "a, b -> a b",
        "a, b -> b a",
        "a b, b c -> a b c",
        "a b, c b -> c a b",
        "a b c, c a -> b c a",
        "a b c, b -> a b c",
        "a c, b d -> a b c d",
        "c a, d b -> a b c d",
        "a b, a c, d -> d c b a",
        "a b c d, d b -> c a d b",
        "a, b -> 1 a b",
        "a, b -> a 1 b 1",
        "a b, c -> (a b) c",
        "a b, c -> c (b a)",
        "a b, c d -> 1 (a c) (b d)",
    ],
)
def test_axes_stand_where_they_belong(pattern: str) -> None:
    random = np.random.default_rng(0)
    terms = [term.split() for term in pattern.partition("->")[0].split(",")]
    arrays = [random.standard_normal([SIZES[axis] for axis in term]) for term in terms]
    result, expected = written(pattern, arrays), summed(pattern, arrays)
    assert result.size == expected.size
    assert np.allclose(np.asarray(result).reshape(expected.shape), expected)
    groups = pattern.partition("->")[2].replace("(", " ( ").replace(")", " ) ").split()
    depth, rank = 0, 0
    for token in groups:
        rank += depth == 0 and token != ")"
        depth += (token == "(") - (token == ")")
    assert result.ndim == rank


@pytest.mark.parametrize(
    ("axes", "result", "text"),
    [
        ("... i", "... i j", ".unsqueeze(-1)"),
        ("... j", "... i j", ".unsqueeze(-2)"),
        ("j", "... i j", ""),
        ("...", "... i j", "[..., None, None]"),
        ("... j i", "... i j", ".swapaxes(-2, -1)"),
        ("... b", "... a b c", "[..., None, :, None]"),
        ("", "a b", ""),
    ],
)
def test_ellipsis(axes: str, result: str, text: str) -> None:
    assert aligned(tuple(axes.split()), tuple(result.split())) == text


def test_a_result_that_is_not_written() -> None:
    named = read("a b, b, ")
    assert named is not None
    assert named.result == ("a", "b")
    assert read("a, b") is None


@pytest.mark.parametrize(
    "pattern",
    [
        "a (b c), c",
        "a [b], b -> a b",
        "a a -> a",
        "a, b -> a b c",
        "a, b -> a",
        "a ..., a -> a ...",
        "2 a, a",
        "a, b -> (a",
    ],
)
def test_what_is_left(pattern: str) -> None:
    assert read(pattern) is None
