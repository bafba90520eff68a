"""Patterns of einops: `b c (h 2) w -> b h w c`, read and checked as einops does."""

from __future__ import annotations

import keyword
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

ELLIPSIS = "..."
Operation: TypeAlias = Literal["rearrange", "reduce", "repeat"]


class PatternError(Exception):
    """A pattern that einops refuses; the message says why."""


@dataclass(frozen=True, slots=True)
class Dim:
    """One dimension of a tensor: the axes that are merged into it, none for a dimension of size 1.

    `spread`: an ellipsis outside of parentheses, which stands for any number of dimensions.
    """

    axes: tuple[str, ...] = ()
    spread: bool = False


@dataclass(frozen=True, slots=True)
class Pattern:
    """Both sides of a pattern. Axes that are written as numbers have names of their own; `numbers` are their sizes."""

    left: tuple[Dim, ...]
    right: tuple[Dim, ...]
    numbers: Mapping[str, int] = field(default_factory=dict)


def axes_of(dims: Iterable[Dim]) -> tuple[str, ...]:
    """The axes of dimensions, in their order."""
    return tuple(axis for dim in dims for axis in dim.axes)


def parse(text: str, operation: Operation, given: Iterable[str] | None) -> Pattern:
    """Read a pattern. `given` are the axes whose sizes a call gives, None when that cannot be told.

    Raises PatternError for what einops refuses before it has seen a tensor.
    """
    sides = text.split("->")
    if len(sides) != 2:
        raise PatternError("it has no left and right side, with one -> between them")
    numbers: dict[str, int] = {}
    left, right = (tuple(_side(side, numbers)) for side in sides)
    pattern = Pattern(left, right, numbers)
    _check(pattern, operation)
    if given is not None:
        _check_sizes(pattern, operation, frozenset(given))
    return pattern


def parse_names(text: str) -> Mapping[str, int]:
    """The positions of the axes that a pattern of `parse_shape` names, counted from the end behind an ellipsis.

    Raises PatternError.
    """
    tokens = _tokens(text.replace("()", "1"))
    if tokens.count(ELLIPSIS) > 1 or not {"(", ")"}.isdisjoint(tokens):
        raise PatternError("parse_shape takes names, 1, _ and one ellipsis")
    found: dict[str, int] = {}
    behind = tokens.index(ELLIPSIS) if ELLIPSIS in tokens else len(tokens)
    for i, token in enumerate(tokens):
        if token in ("_", "1", ELLIPSIS):
            continue
        if token in found:
            raise PatternError(f"it has {token} twice")
        if token.isdecimal():
            raise PatternError("parse_shape takes no numbers but 1")
        found[_axis(token, {})] = i if i < behind else i - len(tokens)
    return found


def parse_einsum(text: str) -> tuple[list[list[str]], list[str]]:
    """The axes of each tensor that a pattern of `einsum` is for, and those of the result. Raises PatternError."""
    inputs, arrow, output = text.partition("->")
    if not arrow or "->" in output:
        raise PatternError("it has no left and right side, with one -> between them")
    if "(" in text or ")" in text:
        raise PatternError("einsum takes no parentheses")
    terms = [_tokens(term) for term in inputs.split(",")]
    result = _tokens(output)
    numbers: dict[str, int] = {}
    for term in (*terms, result):
        for token in term:
            _axis(token, numbers)
    if numbers:
        raise PatternError("einsum takes no numbers")
    if not {axis for term in terms for axis in term}.issuperset(result):
        raise PatternError("it has an axis on its right side only")
    return terms, result


def _side(text: str, numbers: dict[str, int]) -> Iterator[Dim]:
    """The dimensions of one side."""
    group: list[str] | None = None
    seen: set[str] = set()
    for token in _tokens(text):
        if token == "(":
            if group is not None:
                raise PatternError("it has parentheses in parentheses")
            group = []
        elif token == ")":
            if group is None:
                raise PatternError("its parentheses are not balanced")
            yield Dim(tuple(group))
            group = None
        elif token.isdecimal() and int(token) == 1:
            if group is None:
                yield Dim()
        else:
            axis = _axis(token, numbers)
            if axis in seen:
                raise PatternError(f"it has {axis} twice on one side")
            seen.add(axis)
            if group is None:
                yield Dim((axis,), axis == ELLIPSIS)
            else:
                group.append(axis)
    if group is not None:
        raise PatternError("its parentheses are not balanced")


def _tokens(text: str) -> list[str]:
    """Names, numbers, parentheses and the ellipsis."""
    plain = text.replace(ELLIPSIS, "\N{HORIZONTAL ELLIPSIS}", 1)
    for char in plain:
        if char == ".":
            raise PatternError("it has dots that are no ellipsis, or more than one ellipsis")
        if not (char.isalnum() or char in "_() \N{HORIZONTAL ELLIPSIS}"):
            raise PatternError(f"it has the character {char!r}")
    spaced = plain.replace("(", " ( ").replace(")", " ) ")
    return [ELLIPSIS if token == "\N{HORIZONTAL ELLIPSIS}" else token for token in spaced.split()]


def _axis(token: str, numbers: dict[str, int]) -> str:
    """The name of an axis; a number gets one."""
    if token.isdecimal():
        if int(token) < 1:
            raise PatternError("it has an axis of size 0")
        name = f"#{len(numbers)}"
        numbers[name] = int(token)
        return name
    if token != ELLIPSIS and (not token.isidentifier() or token.startswith("_") or token.endswith("_")):
        raise PatternError(f"{token} is no name of an axis")
    return token


def _check(pattern: Pattern, operation: Operation) -> None:
    """What has to hold between the two sides, for an operation."""
    left, right = set(axes_of(pattern.left)), set(axes_of(pattern.right))
    if any(ELLIPSIS in dim.axes and not dim.spread for dim in pattern.left):
        raise PatternError("it has an ellipsis in parentheses on its left side")
    if ELLIPSIS in right - left:
        raise PatternError("it has an ellipsis on its right side only")
    if operation == "rearrange" and pattern.numbers:
        raise PatternError("rearrange takes no numbers but 1")
    if operation == "reduce" and right - left:
        raise PatternError(f"it has {_listed(right - left, pattern)} on its right side only")
    if operation == "repeat" and left - right:
        raise PatternError(f"it has {_listed(left - right, pattern)} on its left side only")
    if operation == "rearrange" and left != right:
        raise PatternError(f"it has {_listed(left ^ right, pattern)} on one side only")


def _check_sizes(pattern: Pattern, operation: Operation, given: frozenset[str]) -> None:
    """Whether the sizes that are given are those of axes, and as many as are needed."""
    left, right = axes_of(pattern.left), axes_of(pattern.right)
    unused = given - {*left, *right}
    if unused:
        raise PatternError(f"it has no {_listed(unused, pattern)}, for which a size is given")
    known = {*given, *pattern.numbers}
    missing = {axis for axis in right if axis not in left and axis not in known}
    if missing:
        raise PatternError(f"no size is given for {_listed(missing, pattern)}")
    for dim in pattern.left:
        unknown = {axis for axis in dim.axes if axis not in known}
        if len(unknown) > 1:
            raise PatternError(f"the sizes of {_listed(unknown, pattern)} cannot be told from one dimension")


def _listed(axes: Iterable[str], pattern: Pattern) -> str:
    return " and ".join(sorted(str(pattern.numbers.get(axis, axis)) for axis in axes))


def is_plain_name(axis: str) -> bool:
    """Whether an axis may be a variable's name in the output."""
    return axis.isidentifier() and not keyword.iskeyword(axis)
