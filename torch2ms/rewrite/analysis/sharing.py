"""What an analysis of shared tensors speaks of: tensors and who holds them, changes in place, holders that miss one.

Names, attributes, containers and callers hold tensors; views share the memory of another tensor. `sharing_run` follows
the statements of a function with a `Sharing` state; what calls do it asks a `Meaning`.
"""

from __future__ import annotations

import ast
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol, TypeAlias

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef | ast.Module


@dataclass(frozen=True, slots=True)
class Part:
    """One of the views `source` was divided into: the item `number` of a split, or what `index` selects."""

    source: Hashable
    number: int = 0
    index: tuple[tuple[str, str], ...] = ()

    def is_apart(self, other: Part) -> bool:
        """Whether two views surely have nothing in common."""
        if self.source != other.source:
            return False
        if not self.index or not other.index:
            return not self.index and not other.index and self.number != other.number
        return any(_are_apart(*pair) for pair in zip(self.index, other.index, strict=False))


def _are_apart(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Whether two indices of one dimension, each as its first and the one after its last, are apart."""
    for (_, end), (start, _) in ((one, other), (other, one)):
        if end and end == start:
            return True
        if end.isdigit() and start.isdigit() and int(end) <= int(start):
            return True
    return False


def part_of(source: Hashable, index: ast.expr) -> Part | None:
    """What an index selects, as far as it is written in numbers and slices from the first dimension on."""
    bounds: list[tuple[str, str]] = []
    for item in index.elts if isinstance(index, ast.Tuple) else [index]:
        match item:
            case ast.Constant(value=int() as value) if not isinstance(value, bool):
                bounds.append((str(value), str(value + 1)))
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() as value)):
                bounds.append((f"-{value}", "" if value == 1 else f"-{value - 1}"))
            case ast.Slice(lower=lower, upper=upper, step=None):
                bounds.append(
                    ("" if lower is None else ast.unparse(lower), "" if upper is None else ast.unparse(upper))
                )
            case ast.Constant(value=None):
                return None
            case ast.Constant():
                bounds.append(("...", ""))
            case _:
                bounds.append(("", ""))
    return Part(source, index=tuple(bounds)) if bounds else None


@dataclass(frozen=True, slots=True)
class Held:
    """A tensor or container that places hold.

    `origin` tells which: the expression that made it, or the place it was in when the function began. `memory` is the
    origin of the tensor whose memory it shares; its own where it is no view. `older`: of those the expression made in a
    loop, not the last one; `older_memory`: the same of the memory. `array`: NumPy's. `part`: which of several views
    without anything in common it is.
    """

    origin: Hashable
    memory: Hashable
    older: bool = False
    older_memory: bool = False
    array: bool = False
    part: Part | None = None

    def shares(self, other: Held) -> bool:
        """Whether both may have memory in common."""
        if self.memory != other.memory or self.older_memory != other.older_memory:
            return False
        return self.part is None or other.part is None or not self.part.is_apart(other.part)


Values: TypeAlias = frozenset[Held]
NOTHING: Values = frozenset()


class Way(Enum):
    """How a change in place is written in MindSpore as long as nobody else holds the tensor."""

    BINDS = "the receiver is bound to the new value"
    RESULT = "the new value is the result of the call"
    WRITES = "the tensor itself is written"


class Relation(Enum):
    """What a holder has of the tensor that changes."""

    SAME = "the tensor itself"
    MAYBE = "on some paths the tensor itself"
    VIEW = "a part of its memory, or what it is a part of"


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """A change in place: `node` is the call, the augmented assignment or the assignment to an item that makes it.

    `place` is the name or attribute of what changes, if it is one. `is_argument`: it is, or is part of, what the
    function was called with. `is_free`: the name belongs to a function around this one, or to the file. `is_mask`: a
    mask selects what is written, which reaches this object only.
    """

    node: ast.AST
    stmt: ast.stmt
    way: Way
    place: str | None
    function: Function
    is_argument: bool = False
    is_free: bool = False
    is_mask: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """A place has not seen a change."""

    change: Change
    relation: Relation


@dataclass(frozen=True, slots=True)
class Missed:
    """A holder that is read after a change which it does not see in MindSpore.

    `name` is given where it is a plain name of the function that makes the change.
    """

    change: Change
    holder: str
    relation: Relation
    name: str | None = None


@dataclass(slots=True)
class Summary:
    """What a function does to what its caller holds."""

    changes: dict[str, dict[Change, Relation]] = field(default_factory=dict)
    """Parameters, and attributes of the first one as `.name`, whose tensors change."""
    returns: dict[tuple[str, int | None], Relation] = field(default_factory=dict)
    """Parameters and attributes that may be the result, or share its memory; with a number where the result is a
    tuple, and that item of it is meant, with -1 where it is some container."""
    stores: set[tuple[str, str]] = field(default_factory=set)
    """Attributes of the first parameter, each with the parameter that is put there."""


class Result(Enum):
    """What the result of a call has to do with an argument."""

    NEW = "nothing"
    NEW_OF_FUNCTION = "nothing, though the function changes its argument"
    SAME = "it is the argument"
    VIEW = "it shares memory with it, or may"
    MAYBE = "it is the argument, or new"
    VIEWS = "it holds views of it"
    GATHERED = "it holds the arguments, or what they hold"
    ITEM = "it is something that the argument holds"


@dataclass(frozen=True, slots=True)
class Called:
    """What a call does: the expression its result comes from, and the one it changes."""

    result: Result = Result.NEW
    source: ast.expr | None = None
    changed: ast.expr | None = None
    way: Way = Way.RESULT
    function: ast.FunctionDef | ast.AsyncFunctionDef | None = None
    receiver: ast.expr | None = None
    lands: bool = False
    """Where the call is a statement, what it changes is bound to the new value."""
    looks: bool = False
    """It reads no values: only a shape, a type."""
    array: bool = False
    added: tuple[ast.expr, ast.expr] | None = None
    """A container, and what is put into it; of an ITEM, what that holds as well."""


class Meaning(Protocol):
    """What is known of the expressions of the file."""

    def is_tensor(self, node: ast.expr) -> bool:
        """Whether a value is known to be a tensor."""

    def is_written(self, node: ast.expr) -> bool:
        """Whether MindSpore writes the tensor itself when it is changed: a buffer or a Parameter."""

    def is_array(self, node: ast.expr) -> bool:
        """Whether a value is known to be an array of NumPy's."""

    def holds_none(self, node: ast.expr) -> bool:
        """Whether a value is known to be neither a tensor nor something that holds one."""

    def selects_copy(self, index: ast.expr) -> bool:
        """Whether indexing with it makes a copy."""

    def call(self, node: ast.Call) -> Called:
        """What a call does."""


class Sharing:
    """Which places hold which tensors at one point of a function, and which have missed a change."""

    __slots__ = ("contents", "dead", "marks", "places")

    def __init__(self) -> None:
        self.places: dict[str, Values] = {}
        self.contents: dict[Hashable, Values] = {}
        self.marks: dict[Hashable, frozenset[Mark]] = {}
        """By place, and by the origin of a container for what it holds."""
        self.dead = False

    def copy(self) -> Sharing:
        """The same, to go on with on another path."""
        other = Sharing()
        other.places, other.contents, other.marks = dict(self.places), dict(self.contents), dict(self.marks)
        other.dead = self.dead
        return other

    def join(self, others: Iterable[Sharing]) -> Sharing:
        """What holds after any of several paths."""
        alive = [state for state in (self, *others) if not state.dead]
        if not alive:
            return self
        result = alive[0] if len(alive) == 1 else alive[0].copy()
        for other in alive[1:]:
            for place, values in other.places.items():
                result.places[place] = result.places.get(place, NOTHING) | values
            for origin, values in other.contents.items():
                result.contents[origin] = result.contents.get(origin, NOTHING) | values
            for key, marks in other.marks.items():
                result.marks[key] = result.marks.get(key, frozenset()) | marks
        return result

    def made(self, origin: Hashable) -> None:
        """An expression makes a tensor again: those it made before are older ones."""
        for place, values in self.places.items():
            if any(origin in (held.origin, held.memory) for held in values):
                self.places[place] = frozenset(_aged(held, origin) for held in values)
        for container, values in self.contents.items():
            if any(origin in (held.origin, held.memory) for held in values):
                self.contents[container] = frozenset(_aged(held, origin) for held in values)


def _aged(held: Held, origin: Hashable) -> Held:
    older, older_memory = held.older or held.origin == origin, held.older_memory or held.memory == origin
    return Held(held.origin, held.memory, older, older_memory, held.array, held.part)
