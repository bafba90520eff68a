"""The places of a function: what they hold, which have missed a change in place, and what changes.

`sharing_values` goes on with expressions, `sharing_run` with statements.
"""

from __future__ import annotations

import ast
from collections.abc import Hashable, Iterator
from dataclasses import replace
from typing import Protocol, TypeAlias

from torch2ms.rewrite.analysis.sharing import (
    NOTHING,
    Change,
    Function,
    Held,
    Mark,
    Meaning,
    Missed,
    Relation,
    Sharing,
    Summary,
    Values,
    Way,
)

_Def: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef

# Attributes that are views of a tensor.
VIEW_ATTRIBUTES = frozenset({"data", "T", "mT", "H", "mH", "real", "imag"})


class Whole(Protocol):
    """What the run over one function asks and tells the analysis of its file."""

    meaning: Meaning
    loaded: set[str]

    def called(self, function: _Def) -> Summary:
        """The summary of a function that a call is known to call."""

    def changed(self, change: Change) -> None:
        """A change was found."""

    def miss(self, missed: Missed) -> None:
        """A holder that has missed a change is read."""

    def gives(self, cls: ast.ClassDef, attribute: str, giver: str) -> None:
        """A method passes on what an attribute holds."""

    def changes_attribute(self, cls: ast.ClassDef, attribute: str, change: Change, relation: Relation) -> None:
        """A method changes what an attribute holds."""


class Places:
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
        self._containers: set[ast.expr] = set()
        self.params: list[str] = []
        self.me = ""
        if not isinstance(function, ast.Module):
            arguments = function.args
            self.params = [a.arg for a in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
            rest = [a.arg for a in (arguments.vararg, arguments.kwarg) if a is not None]
            static = any(isinstance(d, ast.Name) and d.id == "staticmethod" for d in function.decorator_list)
            if self.cls is not None and self.params and not static:
                self.me = self.params[0]
            for name in (*self.params, *rest):
                self.state.places[name] = frozenset({Held(name, name)})

    def value(self, node: ast.expr) -> Values:
        """Run an expression: the tensors and containers it may be."""
        raise NotImplementedError

    def _is_torch(self, node: ast.expr) -> bool:
        return self.meaning.is_tensor(node)

    def _give(self, values: Values, number: int | None = None, is_result: bool = True) -> None:
        """Values go where this function cannot follow: to its caller, as the result or an item of it."""
        for held in self._with_contents(values):
            if not isinstance(held.memory, str):
                continue
            relation = Relation.SAME if held.origin == held.memory and len(values) == 1 else Relation.VIEW
            own = self._own_attribute(held.memory)
            if is_result and (own or self._param(held) in self.params):
                place = f".{own}" if own else held.memory
                at = number if held in values or number is not None else -1
                self.summary.returns.setdefault((place, at), relation)
            if own and self.cls is not None and isinstance(self.function, _Def):
                self.whole.gives(self.cls, own, f"{self.function.name}()")

    def _own_attribute(self, place: str) -> str:
        """The attribute of the method's object that a place is."""
        owner, _, name = place.partition(".")
        return name if self.me and owner == self.me and name.isidentifier() else ""

    def _with_contents(self, values: Values) -> Iterator[Held]:
        """Values, and what containers among them hold."""
        seen: set[Held] = set()
        todo = list(values)
        while todo:
            held = todo.pop()
            if held not in seen:
                seen.add(held)
                yield held
                todo.extend(self.state.contents.get(held.origin, ()))

    def _put(self, container: Held, values: Values) -> None:
        """A container takes values besides what it holds."""
        if values:
            self.state.contents[container.origin] = self.state.contents.get(container.origin, NOTHING) | values
            if isinstance(container.origin, str) and "." in container.origin:
                self._give(values, is_result=False)

    def _held_by(self, node: ast.expr) -> Values:
        """What an expression that is a place holds; of others, what they give."""
        place = place_of(node)
        return self.value(node) if place is None else self._at(place)

    def _at(self, place: str) -> Values:
        found = self.state.places.get(place)
        if found is None:
            owner, dot, _ = place.rpartition(".")
            if dot:
                owners = self.state.places.get(owner, NOTHING)
                inner = NOTHING
                for held in owners:
                    if not isinstance(held.origin, str):
                        inner |= self.state.contents.get(held.origin, NOTHING)
                if inner:
                    self._read_contents(owners)
                    return inner
            found = self.state.places[place] = frozenset({Held(place, place)})
        return found

    def _inside(self, containers: Values) -> Values:
        """What containers hold; which of it one item is cannot be told."""
        found = NOTHING
        for container in containers:
            found |= self.state.contents.get(container.origin, NOTHING) | self._own_item(container, "[]")
        return frozenset(replace(held, older=True) for held in found)

    def _own_item(self, container: Held, key: str) -> Values:
        """Something that a container holds which was not made here, or by an unknown call; it holds it from now on."""
        origin = container.origin
        if isinstance(origin, str):
            item: Hashable = f"{origin}{key}"
        elif isinstance(origin, ast.Call) and origin not in self._containers and not self._is_torch(origin):
            item = ("item", origin, key)
        else:
            return NOTHING
        values = frozenset({Held(item, item)})
        self.state.contents[origin] = self.state.contents.get(origin, NOTHING) | values
        return values

    def _at_key(self, containers: Values, key: str | int) -> Values:
        """What containers hold under a key that is written down."""
        found = NOTHING
        for container in containers:
            at = self.state.contents.get(("at", container.origin, key))
            if at is not None:
                found |= at
                continue
            inside = self.state.contents.get(container.origin, NOTHING)
            own = self._own_item(container, f"[{key!r}]")
            found |= own if own else frozenset(replace(held, older=True) for held in inside)
        return found

    def _read(self, place: str) -> None:
        marks = self.state.marks.get(place)
        if marks:
            for mark in marks:
                self._miss(mark, place)

    def _miss(self, mark: Mark, place: str) -> None:
        here = mark.change.function is self.function
        name = place if here and "." not in place else None
        holder = place if here else f"{place} in {_name_of(self.function)}"
        self.whole.miss(Missed(mark.change, holder, mark.relation, name))

    def _read_contents(self, values: Values) -> None:
        """Containers are read: what they hold may have missed a change."""
        marks = self.state.marks
        for held in values:
            for mark in marks.get(("in", held.origin), ()):
                self._miss_in(mark, held)

    def _miss_in(self, mark: Mark, container: Held) -> None:
        names = [place for place, values in self.state.places.items() if container in values]
        what = names[0] if names else "a list, tuple or dict"
        self.whole.miss(Missed(mark.change, f"what {what} holds", mark.relation))

    def _change(self, node: ast.AST, target: ast.expr, way: Way, given: Values | None = None) -> Values:
        """A tensor changes in place: who else holds it is marked."""
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
        stmt = self.stmt
        if not values or stmt is None:
            return values
        if isinstance(target, ast.Subscript) and receiver is not target and inner is None:
            # `x[0].add_(1)`, as a statement, assigns to a part of x.
            way = Way.WRITES if way is Way.BINDS else way
        change = self._changes.get(node)
        if change is None:
            is_argument = any(self._param(held) in self.params for held in values)
            is_free, is_mask = self._is_free(place, values), self._is_mask(node)
            change = Change(node, stmt, way, place, self.function, is_argument, is_free, is_mask)
            self._changes[node] = change
            self.whole.changed(change)
        kept: set[Hashable] = set()
        if way is not Way.RESULT:
            kept = {place}
            if isinstance(receiver, ast.Subscript) and inner is None:
                kept = {("in", held.origin) for held in self._held_by(receiver.value)}
        self._mark(change, values, kept)
        return values

    def _is_mask(self, node: ast.AST) -> bool:
        """Whether an assignment selects what it writes by a mask or by indices."""
        target = node.target if isinstance(node, ast.AugAssign) else node
        return isinstance(target, ast.Subscript) and self.meaning.selects_copy(target.slice)

    def _is_free(self, place: str | None, values: Values) -> bool:
        """Whether a name belongs to a function outside of this one, or to the file."""
        if place is None or "." in place or isinstance(self.function, ast.Module):
            return False
        return Held(place, place) in values and place not in self.params

    def _viewed(self, node: ast.expr) -> ast.expr:
        """What a view that is made on the spot is taken from: x in `x.data`, `x[0]`."""
        while True:
            if (isinstance(node, ast.Attribute) and node.attr in VIEW_ATTRIBUTES and self._is_torch(node.value)) or (
                isinstance(node, ast.Subscript) and (self._is_torch(node.value) or self.meaning.is_array(node.value))
            ):
                node = node.value
            else:
                return node

    def _param(self, held: Held) -> str:
        """The parameter a tensor came in by, itself or in a container."""
        return held.memory.partition("[")[0] if isinstance(held.memory, str) else ""

    def _mark(self, change: Change, values: Values, kept: set[Hashable]) -> None:
        """Mark every place but those kept with a change of values."""
        exactly = len(values) == 1 and not any(held.older for held in values)
        is_array = any(held.array for held in values)
        for table, is_place in ((self.state.places, True), (self.state.contents, False)):
            for key, others in list(table.items()):
                if isinstance(key, tuple) and key[0] == "at":
                    continue
                marked = key if is_place else ("in", key)
                if marked in kept:
                    continue
                relation = _relation(values, others, exactly)
                if change.is_mask and is_place and relation is Relation.MAYBE:
                    relation = Relation.VIEW
                if relation is None or (change.way is Way.WRITES and relation is not Relation.VIEW):
                    continue
                if is_array and all(other.array for other in others if any(other.shares(held) for held in values)):
                    continue
                self.state.marks[marked] = self.state.marks.get(marked, frozenset()) | {Mark(change, relation)}
        for held in values:
            self._note(change, held, exactly, kept)

    def _note(self, change: Change, held: Held, exactly: bool, kept: set[Hashable]) -> None:
        """A change of what the caller holds goes into the summary."""
        memory = held.memory
        if not isinstance(memory, str):
            return
        relation = Relation.VIEW if held.origin != memory else Relation.SAME if exactly else Relation.MAYBE
        if change.way is Way.WRITES and relation is not Relation.VIEW:
            return
        own = self._own_attribute(memory)
        if own:
            if self.cls is not None:
                self.whole.changes_attribute(self.cls, own, change, relation)
            self.summary.changes.setdefault(f".{own}", {})[change] = relation
        elif self._param(held) in self.params:
            self.summary.changes.setdefault(memory, {})[change] = relation
        elif "[" in memory and "." in self._param(held) and ("in", memory.rpartition("[")[0]) not in kept:
            # An item of what an object holds outlives this function.
            self.whole.miss(Missed(change, f"what {self._param(held)} holds", relation))


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


def place_of(node: ast.expr) -> str | None:
    """A name, or an attribute of one, as text."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        owner = place_of(node.value)
        return None if owner is None else f"{owner}.{node.attr}"
    return None


def _name_of(function: Function) -> str:
    return "the file" if isinstance(function, ast.Module) else function.name
