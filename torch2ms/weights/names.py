"""From the names of torch parameters and buffers to MindSpore's, by the tables' `params` and `layouts`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from torch2ms.mapping.schema import Tables
from torch2ms.source.cell_names import CELL_NAMES

Shape = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class LayerNames:
    """What one layer class calls its parameters in MindSpore.

    Keys of `params` are a parameter, a child, or a dotted path below the layer; None means that MindSpore has
    none. `expand` gives the axis at which a stored array has an extra dimension of size one.
    """

    params: Mapping[str, str | None]
    expand: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Stored:
    """An entry of a torch state dict. `same_as` names the first entry that is the same tensor."""

    name: str
    shape: Shape
    same_as: str = ""


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a torch entry goes: its MindSpore name, and the axis its array gains there (None: same shape)."""

    torch: str
    mindspore: str
    axis: int | None = None

    def stored_shape(self, shape: Shape) -> Shape:
        """The shape in MindSpore of an array that has this shape in torch."""
        if self.axis is None:
            return shape
        return (*shape[: self.axis], 1, *shape[self.axis :])


@dataclass(frozen=True, slots=True)
class Placements:
    """All entries of a state dict, placed.

    `missing`: torch entries MindSpore has no place for; `mismatched`: those whose place has another shape;
    `unexpected`: MindSpore parameters nothing goes to; `absent`: entries the tables declare absent.
    """

    placed: tuple[Placement, ...] = ()
    missing: tuple[str, ...] = ()
    mismatched: tuple[str, ...] = ()
    unexpected: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()


def layer_names(tables: Tables) -> dict[str, LayerNames]:
    """The layers among the rows, by canonical torch name."""
    return {
        name: LayerNames(row.params, {leaf: _axis(name, text) for leaf, text in row.layouts.items()})
        for name, row in tables.rows.items()
        if row.params or row.layouts
    }


def _axis(name: str, text: str) -> int:
    kind, _, axis = text.partition(":")
    if kind != "expand_dims" or not axis.isdigit():
        raise ValueError(f"{name}: unknown layout {text!r}")
    return int(axis)


def rename(name: str, modules: Mapping[str, Sequence[str]], layers: Mapping[str, LayerNames]) -> Placement | None:
    """Where the tables put a torch entry; None where they say that MindSpore has no such thing.

    `modules` maps the path of each module ("" is the root) to the names of its classes, nearest first.
    """
    segments = name.split(".")
    renamed: list[str] = []
    axis: int | None = None
    at = 0
    while at < len(segments):
        layer = _layer(modules.get(".".join(segments[:at]), ()), layers)
        # A module's own attribute that is called like one of Cell's has an underscore in the converted source.
        taken, new, axis = 1, f"{segments[at]}_" if segments[at] in CELL_NAMES else segments[at], None
        if layer is not None:
            for end in range(len(segments), at, -1):
                below = ".".join(segments[at:end])
                axis = layer.expand.get(below) if end == len(segments) else None
                if below in layer.params:
                    target = layer.params[below]
                    if target is None:
                        return None
                    taken, new = end - at, target
                    break
                if axis is not None:
                    taken, new = end - at, below
                    break
        renamed.append(new)
        at += taken
    return Placement(name, ".".join(renamed), axis)


def _layer(classes: Iterable[str], layers: Mapping[str, LayerNames]) -> LayerNames | None:
    return next((layers[name] for name in classes if name in layers), None)


def place(
    entries: Sequence[Stored],
    modules: Mapping[str, Sequence[str]],
    available: Mapping[str, Shape],
    layers: Mapping[str, LayerNames],
) -> Placements:
    """Match torch entries with the parameters a MindSpore network has.

    A name the tables do not lead to is tried unchanged: a layer that became a helper keeps torch's names.
    """
    placed: dict[str, Placement] = {}
    missing: list[str] = []
    mismatched: list[str] = []
    absent: list[str] = []
    for entry in entries:
        by_table = rename(entry.name, modules, layers)
        unchanged = Placement(entry.name, entry.name)
        found = [
            candidate
            for candidate in (by_table, unchanged)
            if candidate is not None and candidate.mindspore in available
        ]
        if not found:
            (absent if by_table is None else missing).append(entry.name)
            continue
        stored = available[found[0].mindspore]
        fitting = [
            candidate
            for candidate in (found[0], Placement(entry.name, found[0].mindspore))
            if candidate.stored_shape(entry.shape) == stored
        ]
        if fitting:
            placed[entry.name] = fitting[0]
        else:
            mismatched.append(f"{entry.name} {entry.shape} → {found[0].mindspore} {stored}")
    # Of several names for one tensor, MindSpore keeps one.
    groups = {entry.name: entry.same_as or entry.name for entry in entries}
    reached = {groups[name] for name in placed}
    used = {placement.mindspore for placement in placed.values()}
    return Placements(
        placed=tuple(placed.values()),
        missing=tuple(name for name in missing if groups[name] not in reached),
        mismatched=tuple(mismatched),
        unexpected=tuple(name for name in available if name not in used),
        absent=tuple(absent),
    )
