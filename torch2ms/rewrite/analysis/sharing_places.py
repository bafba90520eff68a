"""The places of a function: what they hold, which have missed a change in place, and what changes.

`sharing_calls` goes on with calls of functions, `sharing_values` with expressions, `sharing_run` with statements.
"""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import replace
from typing import Protocol

from torch2ms.rewrite.analysis.sharing import (
    NOTHING,
    Change,
    Def,
    Function,
    Held,
    Inside,
    Key,
    Mark,
    Meaning,
    Missed,
    Of,
    Place,
    Relation,
    Result,
    Sharing,
    Slot,
    Summary,
    Values,
    Way,
    slot,
)

# Attributes that are views of a tensor.
VIEW_ATTRIBUTES = frozenset({"data", "T", "mT", "H", "mH", "real", "imag"})


# So many items of items of a value that came from elsewhere are told apart.
_DEPTH = 3
# The owner of attributes that all objects of a class share.
OF_CLASS = object()
# The owner of what functions with a cache give.
CACHE = object()


class Whole(Protocol):
    """What the run over one function asks and tells the analysis of its file."""

    meaning: Meaning
    loaded: set[str]
    read_outside: set[str]
    """Names that functions read and do not bind."""

    def called(self, function: Def | ast.Lambda) -> Summary:
        """The summary of a function that a call is known to call."""

    def statement(self, function: ast.Lambda) -> ast.stmt:
        """The statement a lambda is part of."""

    def changed(self, change: Change) -> None:
        """A change was found."""

    def miss(self, missed: Missed) -> None:
        """A holder that has missed a change is read."""

    def gives(self, cls: ast.ClassDef, attribute: str, giver: str) -> None:
        """A method passes on what an attribute holds."""

    def changes_attribute(self, cls: ast.ClassDef, attribute: str, change: Change, relation: Relation) -> None:
        """A method changes what an attribute holds."""


class Places(ABC):
    """The places of one function, or of the statements of the file outside of functions."""

    def __init__(self, whole: Whole, function: Function, cls: ast.ClassDef | None, summary: Summary) -> None:
        self.whole = whole
        self.meaning = whole.meaning
        self.function = function
        self.state = Sharing()
        self.summary = summary
        self.cls = cls
        self.stmt: ast.stmt | None = None
        self._changes: dict[ast.AST, Change] = {}
        self._containers: set[ast.AST] = set()
        self._known: set[Hashable] = set()
        self.params: list[str] = []
        self.me = ""
        if not isinstance(function, ast.Module):
            arguments = function.args
            self.params = [a.arg for a in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
            decorators = [] if isinstance(function, ast.Lambda) else function.decorator_list
            static = any(isinstance(d, ast.Name) and d.id == "staticmethod" for d in decorators)
            if self.cls is not None and self.params and not static:
                self.me = self.params[0]
            self.params.extend(a.arg for a in (arguments.vararg, arguments.kwarg) if a is not None)
            for name in self.params:
                self.state.places[name] = frozenset({Held(name, name)})

    @abstractmethod
    def value(self, node: ast.expr) -> Values:
        """Run an expression: the tensors and containers it may be."""

    def _is_torch(self, node: ast.expr | ast.AugAssign) -> bool:
        return self.meaning.is_tensor(node)

    # ------------------------------------------------------------------ what places and containers hold

    def _made(self, origin: Hashable) -> None:
        """An expression makes a value, for the first time or again."""
        if origin in self._known:
            self.state.made(origin)
        self._known.add(origin)

    def _is_tensor_made(self, held: Held) -> bool:
        """Whether a value is known to be a tensor by what made it, here or in a function that is called."""
        origin, computed = held.origin, False
        while not isinstance(origin, ast.AST):
            if isinstance(origin, Of):
                call = origin.call
                computed |= isinstance(call, ast.Call) and any(map(self._is_torch, call.args))
                origin = origin.origin
            elif isinstance(origin, tuple):
                if origin[0] == "view":
                    return True
                origin = origin[0]
            else:
                return False
        if computed and isinstance(origin, ast.BinOp):
            # What a function computes that is given a tensor.
            return not self.meaning.holds_none(origin)
        return isinstance(origin, (ast.expr, ast.AugAssign)) and self._is_torch(origin)

    def _own_attribute(self, place: str) -> str:
        """The attribute of the method's object that a place is."""
        owner, _, name = place.partition(".")
        return name if self.me and owner == self.me and name.isidentifier() else ""

    def _reached(self, values: Iterable[Held]) -> Iterator[Held]:
        """Values, and what containers among them hold."""
        seen: set[Held] = set()
        todo = list(values)
        while todo:
            held = todo.pop()
            if held not in seen:
                seen.add(held)
                yield held
                todo.extend(self.state.contents.get(held.origin, ()))

    def _put(self, container: Held, values: Values, key: Key | None = None) -> None:
        """A container takes values besides what it holds, under a key if that is told."""
        origin, state = container.origin, self.state
        if not values:
            return
        before = state.contents.get(origin, NOTHING)
        if key is None and not values.isdisjoint(before):
            state.repeating.add(origin)
        state.contents[origin] = before | values
        if key is not None:
            state.items[origin] = {**state.items.get(origin, {}), key: values}
        if isinstance(origin, str) and "." in origin:
            self._given_away(values)

    def _put_anywhere(self, container: Held, values: Values) -> None:
        """A container takes values in the place of any of its items."""
        self._put(container, values)
        items = self.state.items.get(container.origin)
        if items and values:
            self.state.items[container.origin] = {key: held | values for key, held in items.items()}

    def _given_away(self, values: Values) -> None:
        """Values go where this function cannot follow: to its caller, or into an attribute."""
        if self.cls is None or not isinstance(self.function, Def):
            return
        for held in self._reached(values):
            own = self._own_attribute(held.memory) if isinstance(held.memory, str) else ""
            if own:
                self.whole.gives(self.cls, own, f"{self.function.name}()")

    def _held_by(self, node: ast.expr) -> Values:
        """What an expression that is a place holds; of others, what they give."""
        place = place_of(node)
        return self.value(node) if place is None else self._at(place)

    def _at(self, place: str) -> Values:
        owner, dot, name = place.rpartition(".")
        if dot:
            owners = self._at(owner)
            if owners:
                return self._attribute_of(owners, name)
        found = self.state.places.get(place)
        if found is None:
            if not dot:
                self.whole.read_outside.add(place)
            found = self.state.places[place] = frozenset({Held(place, place)})
        return found

    def _attribute_of(self, owners: Values, name: str) -> Values:
        """What an attribute of objects holds."""
        found = NOTHING
        for owner in owners:
            place = slot(owner.origin, name)
            values = self.state.places.get(place)
            if values is None and owner.origin != self.me and self.meaning.is_of_class(name):
                values = self.state.places[place] = frozenset({Held(shared := Slot(OF_CLASS, name), shared)})
            if values is None:
                values = NOTHING if isinstance(place, str) else self.state.contents.get(owner.origin, NOTHING)
                if values:
                    self._read_contents({owner})
                else:
                    values = self.state.places[place] = frozenset({Held(place, place)})
            found |= _aged(values) if owner.older else values
        return found

    def _store(self, owners: Values, name: str, values: Values) -> None:
        """An attribute of an object, or of one of several, takes a value."""
        for owner in owners:
            place = slot(owner.origin, name)
            if len(owners) == 1 and not owner.older:
                self.state.marks.pop(place, None)
                self.state.places[place] = values
            else:
                self.state.places[place] = values | self._attribute_of(frozenset({owner}), name)

    def _keys(self, place: str) -> list[Place]:
        """A name; the attribute, as its objects have it."""
        owner, dot, name = place.rpartition(".")
        owners = self._at(owner) if dot else NOTHING
        return [slot(held.origin, name) for held in owners] or [place]

    def _inside(self, containers: Values) -> Values:
        """What containers hold; which of it one item is cannot be told."""
        found = NOTHING
        for container in containers:
            found |= self.state.contents.get(container.origin, NOTHING) | self._own_item(container, "[]")
        return _aged(found)

    def _own_item(self, container: Held, key: str) -> Values:
        """Something that a container holds which was not made here, or by an unknown call; it holds it from now on.

        What lies deeper than `_DEPTH` items of items is not told apart any more.
        """
        origin = container.origin
        if _depth(origin) >= _DEPTH:
            return frozenset({replace(container, older=True)})
        if isinstance(origin, str):
            item: Hashable = f"{origin}{key}"
        elif isinstance(origin, Slot) or (
            isinstance(origin, ast.Call) and origin not in self._containers and not self._is_torch(origin)
        ):
            item = ("item", origin, key)
        else:
            return NOTHING
        values = frozenset({Held(item, item)})
        self.state.contents[origin] = self.state.contents.get(origin, NOTHING) | values
        return values

    def _at_key(self, containers: Values, key: Key) -> Values:
        """What containers hold under a key that is written down."""
        found = NOTHING
        for container in containers:
            at = self.state.items.get(container.origin, {}).get(key)
            if at is not None:
                found |= _aged(at) if container.older else at
                continue
            inside = self.state.contents.get(container.origin, NOTHING)
            own = self._own_item(container, f"[{key!r}]")
            found |= own | _aged(held for held in inside if not _is_item_of(held, container.origin))
        return found

    # ------------------------------------------------------------------ changes, and who misses them

    def _read(self, place: str) -> None:
        """A place is read, which may have missed a change."""
        if not self.state.marks:
            return
        for key in self._keys(place):
            for mark in self.state.marks.get(key, ()):
                self._miss(mark, key)

    def _read_attribute(self, owners: Values, name: str) -> None:
        """An attribute of objects is read."""
        if self.state.marks:
            for owner in owners:
                key = slot(owner.origin, name)
                for mark in self.state.marks.get(key, ()):
                    self._miss(mark, key)

    def _miss(self, mark: Mark, place: Place) -> None:
        here = mark.change.function is self.function
        name = place if here and isinstance(place, str) and "." not in place else None
        text = place if isinstance(place, str) else f"{self._name_of_object(place.origin)}.{place.name}"
        holder = text if here else f"{text} in {_name_of(self.function)}"
        self.whole.miss(Missed(mark.change, holder, mark.relation, name))

    def _name_of_object(self, origin: Hashable) -> str:
        for place, values in self.state.places.items():
            if isinstance(place, str) and any(held.origin == origin for held in values):
                return place
        return "an object"

    def _read_contents(self, values: Iterable[Held]) -> None:
        """Containers and objects are read: what they hold may have missed a change."""
        marks = self.state.marks
        if not marks:
            return
        for held in self._reached(values):
            for mark in marks.get(Inside(held.origin), ()):
                self._miss_in(mark, held)

    def _read_attributes(self, values: Values) -> None:
        """Objects made here are read as a whole, their attributes with them."""
        if self.state.marks and any(isinstance(place, Slot) for place in self.state.marks):
            origins = {held.origin for held in self._reached(values)}
            for place, marks in self.state.marks.items():
                if isinstance(place, Slot) and place.origin in origins:
                    for mark in marks:
                        self._miss(mark, place)

    def _miss_in(self, mark: Mark, container: Held) -> None:
        names = [place for place, values in self.state.places.items() if container in values and isinstance(place, str)]
        what = names[0] if names else "a list, tuple or dict"
        self.whole.miss(Missed(mark.change, f"what {what} holds", mark.relation))

    def _change(
        self,
        node: ast.AST,
        target: ast.expr,
        way: Way,
        given: Values | None = None,
        is_unsure: bool = False,
        only: Values | None = None,
    ) -> Values:
        """A tensor changes in place: who else holds it is marked. `only`: what changes of what the target gives."""
        receiver = self._viewed(target)
        place = place_of(receiver)
        inner = self._changes.get(receiver)
        if inner is not None and given is not None:
            values, place, way = given, inner.place, inner.way
        elif place is None:
            values = self.value(receiver) if given is None else given
        else:
            values = self._at(place)
            self._read(place)
        if only is not None:
            values, place = only, None
        stmt = self.stmt
        if not values or stmt is None:
            return values
        if isinstance(target, ast.Subscript) and receiver is not target and inner is None:
            # `x[0].add_(1)`, as a statement, assigns to a part of x.
            way = Way.WRITES if way is Way.BINDS else way
        change = self._changes.get(node)
        if change is None:
            is_argument = any(_container(held) in self.params for held in values)
            is_free, is_mask = self._is_free(values), self._is_mask(node)
            change = Change(
                node,
                stmt,
                way,
                place,
                self.function,
                is_argument,
                is_free,
                is_mask,
                is_unsure,
                is_new=all(map(self._is_tensor_made, values)),
                is_element=any(map(self._is_element, values)),
                is_part=self._are_parts(values),
            )
            self._changes[node] = change
            self.whole.changed(change)
        kept: set[Place | Inside] = set()
        if way is not Way.RESULT and place is not None:
            keys = self._keys(place)
            kept = set(keys) if len(keys) == 1 else set()
        elif way is not Way.RESULT and isinstance(receiver, (ast.Subscript, ast.Attribute)) and inner is None:
            kept = self._rebound(receiver)
        self._mark(change, values, kept)
        return values

    def _rebound(self, receiver: ast.Subscript | ast.Attribute) -> set[Place | Inside]:
        """The item or attribute that an assignment to an expression binds."""
        owners = self._held_by(receiver.value)
        if len(owners) != 1:
            return set()
        (owner,) = owners
        if isinstance(receiver, ast.Attribute):
            return {slot(owner.origin, receiver.attr)}
        return set() if self._holds_twice(owner) else {Inside(owner.origin)}

    def _holds_twice(self, container: Held) -> bool:
        """Whether a container may hold one value under two keys."""
        if container.origin in self.state.repeating:
            return True
        seen: list[Held] = []
        for values in self.state.items.get(container.origin, {}).values():
            if any(held.shares(other) for held in values for other in seen):
                return True
            seen.extend(values)
        return False

    def _is_mask(self, node: ast.AST) -> bool:
        """Whether an assignment selects what it writes by a mask or by indices."""
        target = node.target if isinstance(node, ast.AugAssign) else node
        return isinstance(target, ast.Subscript) and self.meaning.selects_copy(target.slice)

    def _is_free(self, values: Values) -> bool:
        """Whether a tensor is reached by a name that belongs to a function outside of this one, or to the file."""
        if isinstance(self.function, ast.Module):
            return False
        return any(root not in self.params and root not in ("", "self") for root in map(_root, values))

    def _is_element(self, held: Held) -> bool:
        """Whether a tensor is something that an unknown object, or what an unknown call gave, holds."""
        origin, is_part = held.memory, False
        if isinstance(origin, str):
            return origin != (root := _root(held)) and root not in self.params
        while isinstance(origin, Slot) or (isinstance(origin, tuple) and origin[0] == "item"):
            origin, is_part = origin.origin if isinstance(origin, Slot) else origin[1], True
        return is_part and isinstance(origin, ast.Call) and not self.meaning.makes_result(origin)

    def _are_parts(self, values: Values) -> bool:
        """Whether what changes is surely a part of a tensor."""
        tensors = [held for held in values if held.origin not in self.state.contents]
        return bool(tensors) and all(map(self._is_part, tensors))

    def _is_part(self, held: Held) -> bool:
        """Whether a value is a part of a tensor: an item of a split, what an index selects."""
        origin = held.origin
        while isinstance(origin, tuple) and isinstance(origin[0], tuple):
            origin = origin[0]
        if not isinstance(origin, tuple) or origin[0] != "view":
            return False
        return not isinstance(origin[1], ast.Call) or self.meaning.call(origin[1]).result is Result.VIEWS

    def _viewed(self, node: ast.expr) -> ast.expr:
        """What a view that is made on the spot is taken from: x in `x.data`, `x.detach()`, `x[0]`."""
        while True:
            match node:
                case ast.Attribute(value=inner, attr=name) if name in VIEW_ATTRIBUTES and self._is_torch(inner):
                    node = inner
                case ast.Attribute(value=inner, attr="data") if self._is_torch(node):
                    node = inner
                case ast.Call(func=ast.Attribute(value=inner, attr="detach"), args=[], keywords=[]):
                    node = inner
                case ast.Subscript(value=inner) if self._is_torch(inner) or self.meaning.is_array(inner):
                    node = inner
                case _:
                    return node

    def _mark(self, change: Change, values: Values, kept: set[Place | Inside], *, views: bool = False) -> None:
        """Mark every place but those kept with a change of values. `views`: those alone that hold views of them."""
        exactly = len(values) == 1 and not any(held.older for held in values)
        for place, others in self.state.places.items():
            if place not in kept and not (views and _relation(values, others, exactly) is not Relation.VIEW):
                self._mark_one(change, values, exactly, place, others)
        for origin, others in self.state.contents.items():
            if Inside(origin) not in kept:
                self._mark_one(change, values, exactly, Inside(origin), others)
        for held in values:
            self._note(change, held, exactly, kept)

    def _mark_one(self, change: Change, values: Values, exactly: bool, place: Place | Inside, others: Values) -> None:
        relation = _relation(values, others, exactly)
        if relation is None:
            return
        if change.is_mask and not isinstance(place, Inside) and relation is Relation.MAYBE:
            relation = Relation.VIEW
        if change.way is Way.WRITES and relation is not Relation.VIEW:
            return
        if any(held.array for held in values):
            if all(other.array for other in others if any(other.shares(held) for held in values)):
                return
        self.state.marks[place] = self.state.marks.get(place, frozenset()) | {Mark(change, relation)}

    def _note_unsure(self, change: Change, values: Values) -> None:
        """What may be a tensor for some callers changes: they know."""
        for held in values:
            if isinstance(held.memory, str) and _root(held) in self.params:
                self.summary.changes.setdefault(held.memory, {})[change] = Relation.MAYBE

    def _note(self, change: Change, held: Held, exactly: bool, kept: set[Place | Inside]) -> None:
        """A change of what the caller holds goes into the summary."""
        memory, root = held.memory, _root(held)
        if isinstance(memory, Slot) and memory.origin is CACHE:
            self.whole.miss(Missed(change, f"the cache of {memory.name}()", Relation.MAYBE))
        if isinstance(memory, Slot) and memory.origin is OF_CLASS:
            self.whole.miss(Missed(change, f"{memory.name} of other objects of the class", Relation.MAYBE))
        if not isinstance(memory, str) or isinstance(self.function, ast.Module):
            return
        relation = Relation.VIEW if held.origin != memory else Relation.SAME if exactly else Relation.MAYBE
        if change.way is Way.WRITES and relation is not Relation.VIEW:
            # Whoever holds the tensor sees it; of views of it, callers know.
            self.summary.changes.setdefault(memory, {})[change] = relation
            return
        own = self._own_attribute(memory)
        if own and self.cls is not None:
            self.whole.changes_attribute(self.cls, own, change, relation)
        self.summary.changes.setdefault(memory, {})[change] = relation
        container, bracket, _ = memory.rpartition("[")
        if bracket and "." in container and Inside(container) not in kept:
            # An item of what an object holds outlives this function.
            self.whole.miss(Missed(change, f"what {container} holds", relation))
        last = memory.rpartition(".")[2]
        if own and self.meaning.is_of_class(last):
            self.whole.miss(Missed(change, f"{last} of other objects of the class", relation))
        if memory == root and self._is_kept_default(memory):
            self.whole.miss(Missed(change, f"the default of {memory}", relation))

    def _is_kept_default(self, name: str) -> bool:
        """Whether a parameter has a default that is made once, for all calls."""
        if isinstance(self.function, ast.Module):
            return False
        default = default_of(self.function.args, name)
        return default is not None and not isinstance(default, ast.Constant)


def _relation(values: Values, others: Values, exactly: bool) -> Relation | None:
    """What a holder of some tensors has of others that change."""
    found: Relation | None = None
    for held in others:
        for value in values:
            if not held.shares(value):
                continue
            if held.origin != value.origin:
                return Relation.VIEW
            same = exactly and len(others) == 1 and not held.older
            found = Relation.SAME if same else Relation.MAYBE
    return found


def _aged(values: Iterable[Held]) -> Values:
    """Values of which a place holds one, which one being unknown."""
    return frozenset(held if held.older else replace(held, older=True) for held in values)


def _depth(origin: Hashable) -> int:
    """How many items of items lead to a value from the parameter or call that it came by."""
    if isinstance(origin, str):
        return origin.count("[")
    depth = 0
    while isinstance(origin, tuple) and origin[0] == "item":
        depth, origin = depth + 1, origin[1]
    return depth


def _is_item_of(held: Held, container: Hashable) -> bool:
    """Whether a value stands for what a container held from the beginning under some key."""
    if isinstance(held.origin, str):
        return isinstance(container, str) and held.origin.startswith(f"{container}[")
    return isinstance(held.origin, tuple) and held.origin[:2] == ("item", container)


def _container(held: Held) -> str:
    """The place a tensor came in by, itself or in a container."""
    return held.memory.partition("[")[0] if isinstance(held.memory, str) else ""


def _root(held: Held) -> str:
    """The parameter or the name from outside that a tensor came in by, itself or in something."""
    return held.memory.partition("[")[0].partition(".")[0] if isinstance(held.memory, str) else ""


def default_of(arguments: ast.arguments, name: str) -> ast.expr | None:
    """The default of a parameter."""
    plain = [*arguments.posonlyargs, *arguments.args]
    with_defaults = plain[len(plain) - len(arguments.defaults) :]
    for arg, default in (
        *zip(with_defaults, arguments.defaults, strict=True),
        *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
    ):
        if arg.arg == name:
            return default
    return None


def place_of(node: ast.expr) -> str | None:
    """A name, or an attribute of one, as text."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        owner = place_of(node.value)
        return None if owner is None else f"{owner}.{node.attr}"
    return None


def _name_of(function: Function) -> str:
    if isinstance(function, ast.Module):
        return "the file"
    return "a lambda" if isinstance(function, ast.Lambda) else function.name
