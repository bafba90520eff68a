"""Of the ways to write a pattern the one that reads best, and needs no more than the place has."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import replace

from torch2ms.rewrite.rules.einops.calls import Size, is_pure, is_simple
from torch2ms.rewrite.rules.einops.pattern import Pattern
from torch2ms.rewrite.rules.einops.steps import sequences
from torch2ms.rewrite.rules.einops.written import NotWritten, Writer, Written

_MANY = 3
"""From so many sizes of the tensor on, its dimensions get names."""


def best(pattern: Pattern, sizes: Mapping[str, Size], reduction: str, has_name: bool) -> Written | None:
    """The best text for a pattern, where there is one. `has_name`: the tensor may be written several times.

    Where it has none, a text that writes it several times is the last resort.
    """
    ways = [(False, False)] if not has_name else []
    for has_shape, named in (*ways, (True, False)):
        found = min(_written(pattern, sizes, reduction, has_shape, named), key=lambda one: one.cost, default=None)
        if found is not None:
            return found
    return None


def with_names(pattern: Pattern, sizes: Mapping[str, Size], reduction: str, plain: Written) -> Written | None:
    """The text with names for the dimensions of the tensor, where it asks for many of its sizes."""
    if plain.text.count("{x}.shape[") < _MANY or not Writer(pattern, sizes).may_be_named():
        return None
    found = min(_written(pattern, sizes, reduction, True, True), key=lambda one: one.cost, default=None)
    return found if found is not None and found.count <= plain.count and found.names else None


def _written(
    pattern: Pattern, sizes: Mapping[str, Size], reduction: str, has_shape: bool, named: bool
) -> Iterator[Written]:
    writer = Writer(pattern, sizes, reduction, has_shape, named)
    for steps in sequences(pattern):
        try:
            written = writer.write(steps)
        except NotWritten:
            continue
        if all(_may_stand(size, written.text.count(f"{{s_{axis}}}")) for axis, size in sizes.items()):
            yield written


def _may_stand(size: Size, times: int) -> bool:
    """Whether a size may be written so many times."""
    if isinstance(size, ast.Constant):
        return True
    return times == 1 or (times == 0 and is_pure(size)) or (times > 1 and is_simple(size))


def stacked(pattern: Pattern, sizes: Mapping[str, Size], reduction: str) -> tuple[int, Written] | None:
    """For a list of tensors: the axis to stack them along, and the rest. None where that has no text."""
    first, *others = pattern.left
    if len(first.axes) > 1 or first.spread:
        return None
    found: list[tuple[int, Written]] = []
    for axis in range(1 if any(dim.spread for dim in others) else len(pattern.left)):
        moved = replace(pattern, left=(*others[:axis], first, *others[axis:]))
        written = best(moved, sizes, reduction, has_name=False)
        if written is not None and written.uses == 1:
            found.append((axis, written))
    return min(found, key=lambda one: (*one[1].cost, one[0]), default=None)
