"""What an analysis of shared tensors speaks of: tensors and who holds them, changes in place, holders that miss one.

Names, attributes, containers and callers hold tensors; views share the memory of another tensor. `sharing_run` follows
the statements of a function with a `Sharing` state; what calls do it asks a `Meaning`.
"""

from __future__ import annotations

import ast
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol, TypeAlias

Def: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
Function: TypeAlias = Def | ast.Lambda | ast.Module
Key: TypeAlias = str | int


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


@dataclass(frozen=True, slots=True)
class Slot:
    """An attribute of an object that was made in the function."""

    origin: Hashable
    name: str


@dataclass(frozen=True, slots=True)
class Inside:
    """What a container holds, as a place that may have missed a change."""

    origin: Hashable


@dataclass(frozen=True, slots=True)
class Of:
    """What a function made, as its caller sees it: new with every call."""

    call: ast.AST
    origin: Hashable


Place: TypeAlias = str | Slot
"""A name of the function; an attribute, as `name.attribute` where the function did not make the object."""


def slot(origin: Hashable, name: str) -> Place:
    """The place of an attribute."""
    return f"{origin}.{name}" if isinstance(origin, str) else Slot(origin, name)


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
    mask selects what is written, which reaches this object only. `is_unsure`: it is a tensor on some paths, or for some
    callers, as far as is known. `is_new`: the function surely made it. `is_element`: it is something that an unknown
    object, or what an unknown call gave, holds. `is_part`: it is a part of a tensor.
    """

    node: ast.AST
    stmt: ast.stmt
    way: Way
    place: str | None
    function: Function
    is_argument: bool = False
    is_free: bool = False
    is_mask: bool = False
    is_unsure: bool = False
    is_new: bool = False
    is_element: bool = False
    is_part: bool = False


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
    """What changes, by how the function reaches it: a parameter `x`, `self.h`, `x[0]`, a name from outside."""
    result: Values = NOTHING
    contents: dict[Hashable, Values] = field(default_factory=dict)
    items: dict[Hashable, Mapping[Key, Values]] = field(default_factory=dict)
    attributes: dict[Hashable, dict[str, Values]] = field(default_factory=dict)
    """What the containers and objects that it makes and gives away hold."""
    repeating: set[Hashable] = field(default_factory=set)
    """Those of its containers that may hold one value twice."""
    stores: dict[str, Values] = field(default_factory=dict)
    """What it puts into attributes of what it is given, and into names from outside."""
    adds: dict[str, Values] = field(default_factory=dict)
    """What it adds to containers it is given."""


class Result(Enum):
    """What the result of a call has to do with an argument."""

    NEW = "nothing"
    NUMBER = "it is no tensor"
    NEW_OF_FUNCTION = "nothing, though the function changes its argument"
    SAME = "it is the argument"
    VIEW = "it shares memory with it, or may"
    MAYBE = "it is the argument, or new"
    CAST = "it is the argument, or new; of a view, MindSpore's is always new"
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
    function: Def | ast.Lambda | None = None
    instead: tuple[Def, ...] = ()
    """Functions of which one may be called instead; with `changed`, that may happen instead, too."""
    receiver: ast.expr | None = None
    lands: bool = False
    """Where the call is a statement, what it changes is bound to the new value."""
    looks: bool = False
    """It reads no values: only a shape, a type."""
    array: bool = False
    makes: bool = False
    """It makes an object of a class of the file; `function` is its `__init__`."""
    repeats: bool = False
    """What it makes may hold one value twice, or be one of its arguments."""
    unsure: bool = False
    """What it changes, it changes on some paths only."""
    own: bool = False
    """It changes nothing but what it has given itself, when it was run before."""
    each: bool = False
    """It changes what the argument holds."""
    cached: bool = False
    """It gives again what it gave before."""
    added: tuple[ast.expr, ast.expr] | None = None
    """A container, and what is put into it; of an ITEM, what that holds as well."""


class Meaning(Protocol):
    """What is known of the expressions of the file."""

    def is_tensor(self, node: ast.expr | ast.AugAssign) -> bool:
        """Whether a value is known to be a tensor; of `x += y`, the new one."""

    def may_be_tensor(self, node: ast.expr) -> bool:
        """Whether a value comes from what a `forward` is given, and nothing shows that it is no tensor."""

    def is_parameter_of_tensors(self, function: Function, name: str) -> bool:
        """Whether callers in the file pass tensors for a parameter, and nothing else that is known."""

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

    def makes_result(self, node: ast.Call) -> bool:
        """Whether nobody else is taken to hold what a call gives, or what is in it: a function of torch's, a layer."""

    def places_of_changes(self) -> tuple[set[Function], Mapping[Function, set[Function]]]:
        """The functions that may change something in place (the module for the file outside of functions), and the
        callers of each function, as far as they are known."""

    def getter(self, node: ast.Attribute | ast.Subscript) -> Def | None:
        """The method that computes an attribute or an item: a property, `__getitem__`."""

    def iterator(self, node: ast.expr) -> Def | None:
        """The `__iter__` of an object of a class of the file."""

    def fields(self, node: ast.Call) -> Sequence[str] | None:
        """The fields that the arguments of a call become items or attributes of, in their order."""

    def is_of_class(self, attribute: str) -> bool:
        """Whether a class of the file has a value for an attribute that all its objects share."""


class Sharing:
    """Which places hold which tensors at one point of a function, and which have missed a change."""

    __slots__ = ("contents", "dead", "items", "marks", "places", "repeating")

    def __init__(self) -> None:
        self.places: dict[Place, Values] = {}
        self.contents: dict[Hashable, Values] = {}
        """All that a container holds, by its origin."""
        self.items: dict[Hashable, Mapping[Key, Values]] = {}
        """Of that, what it surely holds under a key."""
        self.repeating: set[Hashable] = set()
        """Containers that may hold one value twice."""
        self.marks: dict[Place | Inside, frozenset[Mark]] = {}
        self.dead = False

    def copy(self) -> Sharing:
        """The same, to go on with on another path."""
        other = Sharing()
        other.places, other.contents, other.marks = dict(self.places), dict(self.contents), dict(self.marks)
        other.items, other.repeating = dict(self.items), set(self.repeating)
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
            result._join_items(other)
            result.repeating |= other.repeating
            for origin, values in other.contents.items():
                result.contents[origin] = result.contents.get(origin, NOTHING) | values
            for key, marks in other.marks.items():
                result.marks[key] = result.marks.get(key, frozenset()) | marks
        return result

    def _join_items(self, other: Sharing) -> None:
        """Keep what is surely under a key on both paths, where both know the container."""
        for origin in [*self.items, *(new for new in other.items if new not in self.items)]:
            mine, theirs = self.items.get(origin), other.items.get(origin)
            if mine is theirs:
                continue
            if mine is None or theirs is None:
                lacking = self if mine is None else other
                if origin in lacking.contents:
                    self.items.pop(origin, None)
                elif theirs is not None:
                    self.items[origin] = theirs
            else:
                self.items[origin] = {key: values | theirs[key] for key, values in mine.items() if key in theirs}

    def made(self, origin: Hashable) -> None:
        """An expression makes a tensor again: those it made before are older ones."""
        for place, values in self.places.items():
            if any(origin in (held.origin, held.memory) for held in values):
                self.places[place] = frozenset(_aged(held, origin) for held in values)
        for container, values in self.contents.items():
            if any(origin in (held.origin, held.memory) for held in values):
                self.contents[container] = frozenset(_aged(held, origin) for held in values)
        for container, items in self.items.items():
            if any(origin in (held.origin, held.memory) for values in items.values() for held in values):
                self.items[container] = {
                    key: frozenset(_aged(held, origin) for held in values) for key, values in items.items()
                }


def _aged(held: Held, origin: Hashable) -> Held:
    older, older_memory = held.older or held.origin == origin, held.older_memory or held.memory == origin
    return Held(held.origin, held.memory, older, older_memory, held.array, held.part)
