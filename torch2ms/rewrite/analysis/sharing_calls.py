"""Follows calls of functions of the file: what they change, keep and give, as the one who calls sees it.

A function is run once, into a `Summary` that speaks of what it is given by names; `sharing_values` tells what a call
gives it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Hashable, Iterable, Mapping

from torch2ms.rewrite.analysis.sharing import (
    NOTHING,
    Change,
    Def,
    Held,
    Inside,
    Key,
    Missed,
    Of,
    Place,
    Relation,
    Slot,
    Summary,
    Values,
    Way,
    slot,
)
from torch2ms.rewrite.analysis.sharing_places import Places, default_of

# A step of a path: an attribute; an item, as `['key']` or `[0]`, `[]` for any.
_STEP = re.compile(r"""\.(\w+)|\[('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[^\[\]]*)\]""")


class Calls(Places):
    """The calls of one function, or of the statements of the file outside of functions."""

    def _enter(
        self, node: ast.expr, function: Def | ast.Lambda, summary: Summary, given: Mapping[str, Values]
    ) -> Values:
        """A function of the file is called: what it changes, keeps and returns."""
        for path, changes in list(summary.changes.items()):
            values = self._values_of(path, given)
            for change, relation in list(changes.items()):
                if change.is_unsure and not any(map(self._is_tensor_made, values)):
                    self._note_unsure(change, values)
                    continue
                self._miss_arguments(change, path, values, given)
                if change.is_unsure:
                    self._miss_twin(change, path, given)
                of = values
                if relation is Relation.VIEW:
                    origin = ("view", node)
                    of = frozenset(Held(origin, h.memory, h.older, h.older_memory, h.array) for h in values)
                views = change.way is Way.WRITES and relation is not Relation.VIEW
                self._mark(change, of, self._bound_by(change, path, given), views=views)
        if not (summary.stores or summary.adds or summary.result):
            return NOTHING
        brought = _Brought(self, node, summary, given)
        for path, values in list(summary.stores.items()):
            owner, dot, name = path.rpartition(".")
            taken = brought.values(values)
            if dot:
                self._store(self._values_of(owner, given), name, taken)
            else:
                self.state.places[path] = self.state.places.get(path, NOTHING) | taken
        for path, values in list(summary.adds.items()):
            for container in self._values_of(path, given):
                self._put_anywhere(container, brought.values(values))
        return brought.values(summary.result)

    def _by_parameter(
        self, node: ast.Call, function: Def | ast.Lambda, first: Values | None, given: Mapping[ast.expr, Values]
    ) -> dict[str, Values]:
        """What the parameters of a function hold in a call; `first` is what it is bound to."""
        arguments = function.args
        names = [a.arg for a in (*arguments.posonlyargs, *arguments.args)]
        found: dict[str, Values] = {name: NOTHING for name in (*names, *(a.arg for a in arguments.kwonlyargs))}
        if first is not None and names:
            found[names.pop(0)] = first
        for name in found:
            default = default_of(arguments, name)
            if default is not None and not isinstance(default, ast.Constant):
                kept = (default, "default")
                found[name] = frozenset({Held(kept, kept)})
        rest: list[Values] = []
        for position, argument in enumerate(node.args):
            values = given.get(argument, NOTHING)
            if isinstance(argument, ast.Starred):
                many = self._inside(values)
                for number, name in enumerate(names[position:]):
                    found[name] = self._at_key(values, number) if position + 1 == len(node.args) else many
                rest.append(many)
                break
            if position < len(names):
                found[names[position]] = values
            else:
                rest.append(values)
        by_name: dict[Key, Values] = {}
        for keyword in node.keywords:
            values = given.get(keyword.value, NOTHING)
            if keyword.arg is None:
                many = self._inside(values)
                found.update((name, self._at_key(values, name)) for name in found if not found[name])
                by_name["**"] = many
            elif keyword.arg in found:
                found[keyword.arg] = values
            else:
                by_name[keyword.arg] = values
        if arguments.vararg is not None:
            found[arguments.vararg.arg] = self._packed(("*", node), dict(enumerate(rest)))
        if arguments.kwarg is not None:
            found[arguments.kwarg.arg] = self._packed(("**", node), by_name)
        return found

    def _packed(self, origin: Hashable, items: Mapping[Key, Values]) -> Values:
        """The tuple or dict that takes the other arguments of a call."""
        self._made(origin)
        self.state.contents[origin] = frozenset(held for values in items.values() for held in values)
        self.state.items[origin] = items
        return frozenset({Held(origin, origin)})

    def _miss_arguments(self, change: Change, path: str, values: Values, given: Mapping[str, Values]) -> None:
        """Other arguments of the call may be, or hold, what changes."""
        root = path.partition("[")[0].partition(".")[0]
        for name, others in given.items():
            if name == root or not others or change.way is Way.WRITES:
                continue
            if any(held.shares(other) for held in values for other in self._reached(others)):
                self.whole.miss(Missed(change, name, Relation.MAYBE))

    def _miss_twin(self, change: Change, path: str, given: Mapping[str, Values]) -> None:
        """An item of a container changes that may hold it twice."""
        container, bracket, _ = path.rpartition("[")
        if bracket and any(map(self._holds_twice, self._values_of(container, given))):
            self.whole.miss(Missed(change, f"what {container} holds", Relation.MAYBE))

    def _bound_by(self, change: Change, path: str, given: Mapping[str, Values]) -> set[Place | Inside]:
        """The attribute or item of what a function is given which it binds to the new value."""
        if change.way is not Way.BINDS:
            return set()
        owner, dot, name = path.rpartition(".")
        if change.place == path and dot:
            owners = self._values_of(owner, given)
            return {slot(held.origin, name) for held in owners} if len(owners) == 1 else set()
        container, bracket, _ = path.rpartition("[")
        if change.place is None and bracket and path.endswith("]"):
            holders = self._values_of(container, given)
            return {Inside(h.origin) for h in holders if not self._holds_twice(h)} if len(holders) == 1 else set()
        return set()

    def _values_of(self, path: str, given: Mapping[str, Values]) -> Values:
        """What a function reaches by a path, in terms of the one who calls it."""
        root = path.partition("[")[0].partition(".")[0]
        values = given[root] if root in given else self._at(root)
        for attribute, key in _STEP.findall(path, len(root)):
            if attribute:
                values = self._attribute_of(values, attribute)
            else:
                values = self._at_key(values, ast.literal_eval(key)) if key else self._inside(values)
        return values


class _Brought:
    """What a function made and gives away, brought into the function that calls it."""

    def __init__(self, calls: Calls, node: ast.expr, summary: Summary, given: Mapping[str, Values]) -> None:
        self._calls = calls
        self._node = node
        self._summary = summary
        self._given = given
        self._done: dict[Held, Values] = {}
        self._origins: set[Hashable] = set()

    def values(self, values: Iterable[Held]) -> Values:
        """The same values for the caller, with all that they hold."""
        found = NOTHING
        for held in values:
            known = self._done.get(held)
            if known is None:
                known = self._done[held] = self._one(held)
                if not isinstance(held.origin, str):
                    self._contents(held.origin)
            found |= known
        return found

    def _one(self, held: Held) -> Values:
        calls = self._calls
        if isinstance(held.origin, str):
            values = calls._values_of(held.origin, self._given)
            return (
                frozenset(Held(v.origin, v.memory, True, v.older_memory, v.array, v.part) for v in values)
                if (held.older)
                else values
            )
        origin = Of(self._node, held.origin)
        if isinstance(held.memory, str):
            self._make(origin)
            of = calls._values_of(held.memory, self._given)
            return frozenset(Held(origin, v.memory, held.older, v.older_memory, held.array) for v in of)
        memory = Of(self._node, held.memory)
        self._make(origin)
        self._make(memory)
        return frozenset({Held(origin, memory, held.older, held.older_memory, held.array, held.part)})

    def _make(self, origin: Hashable) -> None:
        if origin not in self._origins:
            self._origins.add(origin)
            self._calls._made(origin)

    def _contents(self, origin: Hashable) -> None:
        """A container or an object that the function made."""
        if origin in self._origins and ("contents", origin) in self._origins:
            return
        self._origins.add(("contents", origin))
        summary, state, new = self._summary, self._calls.state, Of(self._node, origin)
        contents = summary.contents.get(origin)
        if contents is not None:
            state.contents[new] = self.values(contents)
            items: dict[Key, Values] = {key: self.values(v) for key, v in summary.items.get(origin, {}).items()}
            if items:
                state.items[new] = items
            if origin in summary.repeating:
                state.repeating.add(new)
        for name, values in summary.attributes.get(origin, {}).items():
            state.places[Slot(new, name)] = self.values(values)


def attribute_by_name(node: ast.expr) -> tuple[ast.expr, str] | None:
    """The object and the attribute of `getattr(x, "name")`, `vars(x)["name"]`, `x.__dict__["name"]`."""
    match node:
        case ast.Call(func=ast.Name(id="getattr"), args=[owner, ast.Constant(value=str() as name), *_]):
            return owner, name
        case ast.Subscript(
            value=ast.Call(func=ast.Name(id="vars"), args=[owner]) | ast.Attribute(value=owner, attr="__dict__"),
            slice=ast.Constant(value=str() as name),
        ):
            return owner, name
    return None


def parameters(function: Def | ast.Lambda) -> list[str]:
    """The parameters that may be given by position."""
    return [a.arg for a in (*function.args.posonlyargs, *function.args.args)]
