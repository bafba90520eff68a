"""The steps that a pattern of einops is made of: reshape, permute, reduce, broadcast, and none that does nothing.

One pattern has several such sequences (axes that stay together may be merged before they are moved, or after); which
of them reads best is for the caller to choose.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

from torch2ms.rewrite.rules.einops.pattern import ELLIPSIS, Dim, Pattern, axes_of

Dims: TypeAlias = tuple[Dim, ...]


@dataclass(frozen=True, slots=True)
class Reshape:
    """Split and merge axes, whose order stays; dimensions of size 1 come and go."""

    dims: Dims


@dataclass(frozen=True, slots=True)
class Flatten:
    """Merge the dimensions from `start` to `end` of a tensor with `rank` dimensions."""

    start: str
    end: str


@dataclass(frozen=True, slots=True)
class Squeeze:
    """Drop dimensions of size 1."""

    positions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unsqueeze:
    """Add dimensions of size 1 where `dims`, which are those of the result, have one that is new."""

    dims: Dims
    new: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Permute:
    """Bring the dimensions into an order."""

    order: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Swap:
    """Exchange two dimensions."""

    first: str
    second: str


@dataclass(frozen=True, slots=True)
class Move:
    """Take one dimension to another place."""

    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Reduce:
    """Reduce over dimensions; `keep`: they stay with size 1."""

    positions: tuple[str, ...]
    keep: bool = False
    whole: bool = False
    """Over all there are."""


@dataclass(frozen=True, slots=True)
class Broadcast:
    """Give dimensions of size 1 the sizes of axes: the dimensions before and after that."""

    old: Dims
    new: Dims


@dataclass(frozen=True, slots=True)
class Tile:
    """Repeat a tensor as a whole along its dimensions, and along new ones in front."""

    factors: tuple[tuple[str, ...], ...]


Step: TypeAlias = Reshape | Flatten | Squeeze | Unsqueeze | Permute | Swap | Move | Reduce | Broadcast | Tile
Steps: TypeAlias = tuple[Step, ...]


class NoSteps(Exception):
    """There are no such steps, since the number of dimensions is not known."""


def position(dims: Sequence[Dim], index: int) -> str:
    """The position of a dimension, counted from the end behind an ellipsis."""
    before = any(dim.spread for dim in dims[:index])
    return str(index - len(dims) if before else index)


def sequences(pattern: Pattern) -> Iterator[Steps]:
    """Sequences of steps that make the right side out of the left one; none where the rank would have to be known."""
    found: dict[Steps, None] = {}
    repeated = _repeated(pattern)
    if repeated is not None:
        found[repeated] = None
    for sides in _with_ones_matched(pattern):
        for units in _partitions(sides.left, sides.right):
            for steps in _through(sides, units):
                found[steps] = None
    yield from found


# ---------------------------------------------------------------------- dimensions of size 1

_ONE = "1#"
"""How the names of axes begin that are dimensions of size 1 on both sides, or on the left one."""


def is_one(axis: str) -> bool:
    """Whether an axis in a step is a dimension of size 1 of the left side."""
    return axis.startswith(_ONE)


@dataclass(frozen=True, slots=True)
class _Sides:
    """Both sides, dimensions of size 1 that stay having a name. `grown`: such a name → the axis it grows into."""

    left: Dims
    right: Dims
    grown: Mapping[str, str]


def _with_ones_matched(pattern: Pattern) -> Iterator[_Sides]:
    """Ways to take dimensions of size 1 of the left side for those of the right one, or for new axes there."""
    yield _Sides(pattern.left, pattern.right, {})
    known = set(axes_of(pattern.left))
    ones = [i for i, dim in enumerate(pattern.left) if not dim.axes]
    places = [i for i, dim in enumerate(pattern.right) if not known.intersection(dim.axes) and len(dim.axes) < 2]
    seen: list[list[tuple[int, int]]] = []
    in_order = list(zip(ones, places, strict=False))
    from_end = list(zip(reversed(ones), reversed(places), strict=False))
    for pairs in (_between_the_same(pattern, ones, places), in_order, from_end):
        if pairs and sorted(pairs) not in seen:
            seen.append(sorted(pairs))
            yield _matched(pattern, pairs)


def _between_the_same(pattern: Pattern, ones: Sequence[int], places: Sequence[int]) -> list[tuple[int, int]]:
    """Dimensions of size 1 of both sides that have the same axes in front of them."""
    known = set(axes_of(pattern.left))
    pairs: list[tuple[int, int]] = []
    free = list(places)
    for one in ones:
        before = axes_of(pattern.left[:one])
        for place in free:
            if tuple(axis for axis in axes_of(pattern.right[:place]) if axis in known) == before:
                pairs.append((one, place))
                free = [other for other in free if other > place]
                break
    return pairs


def _matched(pattern: Pattern, pairs: Collection[tuple[int, int]]) -> _Sides:
    left, right = list(pattern.left), list(pattern.right)
    grown: dict[str, str] = {}
    for number, (one, place) in enumerate(pairs):
        name = f"{_ONE}{number}"
        if right[place].axes:
            grown[name] = right[place].axes[0]
        left[one] = right[place] = Dim((name,))
    return _Sides(tuple(left), tuple(right), grown)


# ---------------------------------------------------------------------- which axes move together


def _partitions(left: Dims, right: Dims) -> Iterator[Dims]:
    """The axes of the left side in units that are moved and reduced as one."""
    axes = axes_of(left)
    at = {axis: i for i, axis in enumerate(axes_of(right))}
    left_of = {axis: i for i, dim in enumerate(left) for axis in dim.axes}
    right_of = {axis: i for i, dim in enumerate(right) for axis in dim.axes}
    keeps_spread = any(dim.spread for dim in right)

    def together(a: str, b: str) -> bool:
        """Whether two axes that are neighbours on the left are so on the right, or both are reduced."""
        if is_one(a) or is_one(b) or (keeps_spread and ELLIPSIS in (a, b)):
            return False
        if a in at and b in at:
            return at[b] == at[a] + 1
        return a not in at and b not in at

    ways: tuple[Callable[[str, str], bool], ...] = (
        lambda a, b: False,
        together,
        lambda a, b: together(a, b) and a in at and left_of[a] == left_of[b],
        lambda a, b: together(a, b) and (a not in at or right_of[a] == right_of[b]),
    )
    found: dict[Dims, None] = {}
    for joined in ways:
        units: list[list[str]] = [[axis] for axis in axes[:1]]
        for a, b in pairwise(axes):
            if joined(a, b):
                units[-1].append(b)
            else:
                units.append([b])
        found[tuple(Dim(tuple(unit), unit == [ELLIPSIS] and ELLIPSIS in at) for unit in units)] = None
    yield from found


# ---------------------------------------------------------------------- from the left side to the right one


def _through(sides: _Sides, units: Dims) -> Iterator[Steps]:
    """The steps by way of these units."""
    kept_axes = set(axes_of(sides.right))
    is_kept = [dim.axes[0] in kept_axes for dim in units]
    reduced = [i for i, kept in enumerate(is_kept) if not kept]
    rest = tuple(dim for dim, kept in zip(units, is_kept, strict=True) if kept)
    keeping = tuple(dim if kept else Dim() for dim, kept in zip(units, is_kept, strict=True))
    for split in _restated(sides.left, units):
        if reduced and keeping == sides.right:
            yield (*split, _reduction(units, reduced, keep=True))
            continue
        less = (_reduction(units, reduced),) if reduced else ()
        try:
            moved, order = _moved(rest, sides.right)
        except NoSteps:
            continue
        for grown in _grown_to(order, sides):
            yield (*split, *less, *moved, *grown)


def _reduction(units: Dims, reduced: Sequence[int], keep: bool = False) -> Reduce:
    whole = len(reduced) == len(units) and not keep
    return Reduce(tuple(position(units, i) for i in reduced), keep, whole)


def _moved(units: Dims, right: Dims) -> tuple[Steps, Dims]:
    """The step that brings units into the order of the right side, and the units in it."""
    at = {axis: i for i, axis in enumerate(axes_of(right))}
    order = sorted(range(len(units)), key=lambda i: at[units[i].axes[0]])
    result = tuple(units[i] for i in order)
    differs = [i for i, j in enumerate(order) if i != j]
    if not differs:
        return (), result
    first, last = differs[0], differs[-1]
    if len(differs) == 2 and not (units[first].spread or units[last].spread):
        return (Swap(position(units, first), position(units, last)),), result
    if not any(dim.spread for dim in units):
        return (Permute(tuple(order)),), result
    for source, target in ((first, last), (last, first)):
        without = [i for i in range(len(units)) if i != source]
        without.insert(target, source)
        if without == order and not units[source].spread:
            return (Move(position(units, source), position(result, target)),), result
    raise NoSteps


def _grown_to(units: Dims, sides: _Sides) -> Iterator[Steps]:
    """From the units in the order of the right side to that side: new axes, then what is merged and split."""
    have = {axis: dim for dim in units for axis in dim.axes}
    before: list[Dim] = []
    after: list[Dim] = []
    sizes: list[str | None] = []
    for axis in axes_of(sides.right):
        dim = have.get(axis)
        if dim is not None and axis != dim.axes[0]:
            continue
        grown = sides.grown.get(axis) if dim is not None else axis
        before.append(dim or Dim())
        after.append(Dim((grown,)) if grown is not None else dim or Dim())
        sizes.append(grown)
    right = tuple(Dim((sides.grown[d.axes[0]],)) if d.axes and d.axes[0] in sides.grown else d for d in sides.right)
    if not any(sizes):
        yield from _restated(units, right)
        return
    ways = {(tuple(before), tuple(after)): None, _merged_before(sides, set(have), right): None}
    for early, late in ways:
        if not late:
            continue
        in_front = next((i for i, dim in enumerate(early) if dim.axes or not late[i].axes), len(early))
        for start in (early, early[in_front:]) if in_front else (early,):
            for added in _restated(units, start):
                for merged in _restated(late, right):
                    yield (*added, Broadcast(early, late), *merged)
    if any(dim.spread for dim in after):
        yield from _tiled(before, after, sizes, right)


def _merged_before(sides: _Sides, have: Collection[str], right: Dims) -> tuple[Dims, Dims]:
    """The right side before and after its new axes get their sizes, all else being merged before that.

    Where a new axis is merged with others there is no such way, and nothing is said.
    """
    early: list[Dim] = []
    for dim in sides.right:
        new = [axis for axis in dim.axes if axis not in have]
        if new and len(dim.axes) > 1:
            return (), ()
        early.append(Dim() if new else dim)
    return tuple(early), right


def _tiled(before: Sequence[Dim], after: Sequence[Dim], sizes: Sequence[str | None], right: Dims) -> Iterator[Steps]:
    """New axes behind an ellipsis, whose number of dimensions is not known: `tile` counts from the end."""
    spread = next(i for i, dim in enumerate(after) if dim.spread)
    if any(sizes[:spread]):
        return
    factors = tuple(() if size is None else (size,) for size in sizes[spread + 1 :])
    first = next(i for i, factor in enumerate(factors) if factor)
    units = tuple(dim for dim, size in zip(after, sizes, strict=True) if size is None)
    for added in _restated(units, tuple(before)):
        for merged in _restated(tuple(after), right):
            yield (*added, Tile(factors[first:]), *merged)


def _restated(old: Dims, new: Dims) -> Iterator[Steps]:
    """Ways to split and merge dimensions whose axes stay in their order."""
    if old == new:
        yield ()
        return
    if [dim for dim in old if dim.axes] == [dim for dim in new if dim.axes]:
        yield _ones_only(old, new)
    else:
        merged = _merged(old, new)
        if merged is not None:
            yield merged
    yield (Reshape(new),)


def _ones_only(old: Dims, new: Dims) -> Steps:
    """Dimensions of size 1 that go or come between the same others."""
    gone: list[int] = []
    came: list[int] = []
    i = j = 0
    while i < len(old) or j < len(new):
        if i < len(old) and j < len(new) and old[i] == new[j]:
            i, j = i + 1, j + 1
        elif i < len(old) and not old[i].axes:
            gone.append(i)
            i += 1
        else:
            came.append(j)
            j += 1
    steps: list[Step] = []
    if gone:
        steps.append(Squeeze(tuple(position(old, i) for i in gone)))
    if came:
        steps.append(Unsqueeze(new, tuple(came)))
    return tuple(steps)


def _merged(old: Dims, new: Dims) -> Steps | None:
    """One `flatten` after the other, where whole dimensions are merged and nothing else happens."""
    steps: list[Step] = []
    runs: list[tuple[int, int]] = []
    i = 0
    for dim in new:
        start = i
        while i < len(old) and axes_of(old[start : i + 1]) != dim.axes:
            if not old[i].axes or len(axes_of(old[start : i + 1])) > len(dim.axes):
                return None
            i += 1
        i += 1
        if i > len(old) or not dim.axes:
            return None
        if i - start > 1:
            runs.append((start, i - 1))
        elif old[start] != dim:
            return None
    if i != len(old):
        return None
    current = list(old)
    for start, end in reversed(runs):
        last = str(end - len(current)) if current[end].spread else position(current, end)
        steps.append(Flatten(position(current, start), "" if end == len(current) - 1 else last))
        current[start : end + 1] = [Dim(axes_of(current[start : end + 1]))]
    return tuple(steps)


# ---------------------------------------------------------------------- repetition in place


def _repeated(pattern: Pattern) -> Steps | None:
    """`tile`, where all dimensions stay in their order and some are repeated as a whole, or new ones come in front."""
    known = set(axes_of(pattern.left))
    rest = list(pattern.left)
    factors: list[tuple[str, ...]] = []
    for dim in pattern.right:
        new = tuple(axis for axis in dim.axes if axis not in known)
        if len(new) == len(dim.axes):
            if len(rest) < len(pattern.left) or len(new) > 1:
                return None
        elif not rest or dim.axes != (*new, *rest.pop(0).axes):
            return None
        factors.append(new)
    if rest or not any(factors) or any(dim.spread or not dim.axes for dim in pattern.left):
        return None
    return (Tile(tuple(factors)),)
