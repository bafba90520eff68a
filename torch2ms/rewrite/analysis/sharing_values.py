"""Follows the expressions of a function: what they give, what they change in place, and which marked places they read.

`sharing_run` goes on with the statements.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Protocol, TypeAlias

from torch2ms.rewrite.analysis.sharing import (
    NOTHING,
    Called,
    Change,
    Function,
    Held,
    Mark,
    Meaning,
    Missed,
    Part,
    Relation,
    Result,
    Sharing,
    Summary,
    Values,
    Way,
    part_of,
)

_Def: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef

# Attributes that are views of a tensor, and those that tell nothing of its values.
VIEW_ATTRIBUTES = frozenset({"data", "T", "mT", "H", "mH", "real", "imag"})
LOOKS = frozenset(
    "shape dtype device ndim is_cuda layout requires_grad size dim numel ndimension nelement stride type_as "
    "new_zeros new_ones new_empty new_full new_tensor is_contiguous element_size data_ptr grad_fn is_leaf".split()
)
_NO_TENSORS = (ast.Constant, ast.JoinedStr, ast.Compare, ast.Lambda)

# An item of a place, as its text says it: `['key']`, `[0]`, `[]` for any.
_ITEM = re.compile(r"""\[('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[^\[\]]*)\]""")


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


class Expressions:
    """The expressions of one function, or of the statements of the file outside of functions."""

    def __init__(self, whole: Whole, function: Function, cls: ast.ClassDef | None, summary: Summary) -> None:
        self.whole = whole
        self.meaning = whole.meaning
        self.function = function
        self.state = Sharing()
        self.summary = summary
        self.cls = cls
        self.stmt: ast.stmt | None = None
        self._changes: dict[ast.AST, Change] = {}
        self._items_of: dict[ast.expr, dict[int, Values]] = {}
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

    # ------------------------------------------------------------------ values

    def value(self, node: ast.expr) -> Values:
        """What an expression gives: the tensors and containers it may be, nothing for a new one nobody holds."""
        match node:
            case ast.Name():
                return self._name(node)
            case ast.Attribute():
                return self._attribute(node)
            case ast.Call():
                return self._call(node)
            case ast.Subscript():
                return self._subscript(node)
            case ast.Tuple() | ast.List() | ast.Set():
                return self._gathered(node, self._together(node.elts))
            case ast.Dict():
                for key in node.keys:
                    if key is not None:
                        self.value(key)
                return self._gathered(node, self._together(node.values))
            case ast.BinOp():
                self._together([node.left, node.right])
                return self._new(node)
            case ast.Starred() | ast.Await():
                return self.value(node.value)
            case ast.IfExp():
                self.value(node.test)
                before = self.state.copy()
                found = self.value(node.body)
                after, self.state = self.state, before
                found |= self.value(node.orelse)
                self.state = after.join([self.state])
                return found
            case ast.BoolOp():
                found = NOTHING
                for item in node.values:
                    found |= self.value(item)
                return found
            case ast.NamedExpr():
                value = self.value(node.value)
                self.bind(node.target, value, node.value)
                return value
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp():
                self._generators(node.generators)
                return self._gathered(node, [self.value(node.elt)])
            case ast.DictComp():
                self._generators(node.generators)
                return self._gathered(node, [self.value(node.value)])
            case ast.Yield() | ast.YieldFrom():
                return NOTHING if node.value is None else self.value(node.value)
            case ast.Lambda():
                self._read_free(node)
                return NOTHING
            case ast.Constant():
                return NOTHING
        self._look_into(node)
        if isinstance(node, _NO_TENSORS):
            return NOTHING
        return self._new(node)

    def _together(self, nodes: Sequence[ast.expr]) -> list[Values]:
        """Operands: each is looked at when all have been run, and one may change what another is."""
        values = [self.value(node) for node in nodes]
        self._read_again(nodes)
        return values

    def _read_again(self, nodes: Iterable[ast.expr]) -> None:
        for node in nodes:
            place = place_of(node)
            if place is not None and place in self.state.marks:
                self._read(place)

    def _new(self, node: ast.expr, array: bool = False) -> Values:
        """A new tensor."""
        self.state.made(node)
        return frozenset({Held(node, node, array=array)})

    def _views(self, node: ast.expr, values: Values, array: bool = False, index: ast.expr | None = None) -> Values:
        """Views of tensors, made by an expression; those that an index selects from a whole tensor know their part."""
        origin = ("view", node)
        self.state.made(origin)
        found: set[Held] = set()
        for held in values:
            part = held.part
            if index is not None and held.origin == held.memory and not held.older:
                part = part_of(held.memory, index)
            found.add(Held(origin, held.memory, False, held.older_memory, array or held.array, part))
        return frozenset(found)

    def _gathered(self, node: ast.expr, items: Iterable[Values]) -> Values:
        """A container of values."""
        self.state.made(node)
        self._containers.add(node)
        found = NOTHING
        for item in items:
            found |= item
        if not found:
            self.state.contents.pop(node, None)
        else:
            self.state.contents[node] = found
        self.state.marks.pop(("in", node), None)
        return frozenset({Held(node, node)})

    def _generators(self, generators: Sequence[ast.comprehension]) -> None:
        for generator in generators:
            self._bind_items(generator.target, generator.iter)()
            for test in generator.ifs:
                self.value(test)

    def _name(self, node: ast.Name) -> Values:
        values = self._at(node.id)
        if node.id in self.state.marks:
            self._read(node.id)
        self._read_contents(values)
        return values

    def _attribute(self, node: ast.Attribute) -> Values:
        if node.attr in LOOKS:
            place = place_of(node.value)
            if place is None:
                self.value(node.value)
            return NOTHING
        if node.attr in VIEW_ATTRIBUTES and self._is_torch(node.value):
            values = self.value(node.value)
            return values | self._new(node) if node.attr == "data" else self._views(node, values)
        place = place_of(node)
        if place is None:
            self.value(node.value)
            return NOTHING
        values = self._at(place)
        if place in self.state.marks:
            self._read(place)
        self._read_contents(values)
        return values

    def _subscript(self, node: ast.Subscript) -> Values:
        values = self.value(node.value)
        self.value(node.slice)
        if self._is_torch(node.value) or self.meaning.is_array(node.value):
            if self.meaning.selects_copy(node.slice):
                return self._new(node)
            return self._views(node, values, index=node.slice)
        if isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, (str, int)):
            return self._at_key(values, node.slice.value)
        found = self._inside(values)
        return self._gathered(node, [found]) if isinstance(node.slice, ast.Slice) else found

    def _call(self, node: ast.Call) -> Values:
        called = self.meaning.call(node)
        if called.looks:
            for argument in _arguments(node):
                if place_of(argument) is None:
                    self.value(argument)
            return NOTHING
        given: dict[ast.expr, Values] = {}
        skipped = called.changed if called.added is None else called.added[0]
        callee = [node.func.value] if isinstance(node.func, ast.Attribute) else []
        if not isinstance(node.func, (ast.Attribute, ast.Name)):
            callee = [node.func]
        for argument in (*callee, *_arguments(node)):
            if argument is not skipped or (called.added is None and isinstance(argument, ast.Call)):
                given[argument] = self.value(argument)
        self._read_again(given)
        if called.function is not None:
            return self._enter(node, called.function, called.receiver, given)
        changed = NOTHING
        if called.changed is not None:
            way = Way.BINDS if called.way is Way.RESULT and self._lands(node, called) else called.way
            changed = self._change(node, called.changed, way, given.get(called.changed))
        if called.added is not None:
            container, item = called.added
            values = given[item]
            for held in self._held_by(container):
                self._put(held, values | self._inside(values) if called.result is Result.ITEM else values)
            return NOTHING
        source = called.source
        if source is None:
            if called.result is Result.GATHERED:
                return self._gathered(node, self._inner(node, given))
            return self._new(node, called.array)
        if source is called.changed and changed:
            values = changed
        else:
            values = given[source] if source in given else self._held_by(source)
        match called.result:
            case Result.SAME:
                return values
            case Result.VIEW:
                return self._views(node, values, called.array)
            case Result.MAYBE:
                return values | self._new(node)
            case Result.VIEWS:
                return self._gathered(node, [self._views(node, values)])
            case Result.ITEM:
                return self._inside(values)
            case Result.GATHERED:
                return self._gathered(node, [self._inside(values)])
            case _:
                return self._new(node)

    def _lands(self, node: ast.Call, called: Called) -> bool:
        """Whether a method that changes its receiver is, alone or in a chain of such, a statement of its own."""
        if not called.lands or not isinstance(self.stmt, ast.Expr):
            return False
        inner: ast.expr = self.stmt.value
        while inner is not node:
            if not isinstance(inner, ast.Call) or not isinstance(inner.func, ast.Attribute):
                return False
            inner = inner.func.value
        return True

    def _inner(self, node: ast.Call, given: Mapping[ast.expr, Values]) -> Iterator[Values]:
        """What `zip(a, b)`, `list(a)`, `dict(a=x)` hold: the arguments, and what those hold."""
        for argument in _arguments(node):
            values = given[argument]
            yield values
            if self._is_torch(argument):
                yield self._views(argument, values)
            yield self._inside(values)

    def _enter(
        self, node: ast.Call, function: _Def, receiver: ast.expr | None, given: Mapping[ast.expr, Values]
    ) -> Values:
        """A function of the file is called: what it changes, keeps and returns."""
        summary = self.whole.called(function)
        by_param = _bound(node, function, receiver is not None or function.name == "__init__")
        owner = None if receiver is None else place_of(receiver)
        for place, changes in summary.changes.items():
            values = self._values_of(place, owner, by_param, given)
            kept = f"{owner}{place}" if place.startswith(".") and owner else None
            for change, relation in changes.items():
                of = values
                if relation is Relation.VIEW:
                    of = frozenset(replace(held, origin=("view", node)) for held in values)
                self._mark(change, of, {kept} if change.way is Way.BINDS else set())
        for attribute, param in summary.stores:
            if owner is not None and param in by_param:
                self.state.places[f"{owner}.{attribute}"] = given.get(by_param[param], NOTHING)
        if function.name == "__init__":
            return self._gathered(node, [given.get(argument, NOTHING) for argument in _arguments(node)])
        if self.meaning.call(node).result is Result.NEW_OF_FUNCTION:
            return self._new(node)
        return self._result(node, summary, lambda place: self._values_of(place, owner, by_param, given))

    def _result(self, node: ast.Call, summary: Summary, values_of: Callable[[str], Values]) -> Values:
        """What a function of the file returns."""
        whole, items, self._items_of[node] = NOTHING, NOTHING, {}
        for (place, number), relation in summary.returns.items():
            values = values_of(place)
            if relation is Relation.VIEW:
                values = self._views(node, values)
            if number is None:
                whole |= values
                continue
            items |= values
            if number >= 0:
                by_number = self._items_of[node]
                by_number[number] = by_number.get(number, NOTHING) | values
        if items:
            return whole | self._gathered(node, [items])
        return whole or self._new(node)

    def _values_of(
        self, place: str, owner: str | None, by_param: Mapping[str, ast.expr], given: Mapping[ast.expr, Values]
    ) -> Values:
        """What a parameter of a function that is called, or an attribute of its object, stands for here."""
        if place.startswith("."):
            return self._at(f"{owner}{place}") if owner else NOTHING
        param = place.partition("[")[0]
        argument = by_param.get(param)
        values = NOTHING if argument is None else given.get(argument, NOTHING)
        for key in _ITEM.findall(place, len(param)):
            values = self._at_key(values, ast.literal_eval(key)) if key else self._inside(values)
        return values

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

    def _bind_items(self, target: ast.expr, iterated: ast.expr) -> Callable[[], None]:
        """Runs what is iterated; the function binds the target to its items."""
        parts = _zipped(iterated)
        if parts is None or not isinstance(target, ast.Tuple) or len(target.elts) != len(parts):
            items = self._items(iterated)
            return lambda: self.bind(target, items, None)
        pairs = [
            (inner, NOTHING if part is None else self._items(part))
            for inner, part in zip(target.elts, parts, strict=True)
        ]

        def bind() -> None:
            for inner, values in pairs:
                self.bind(inner, values, None)

        return bind

    def _items(self, iterated: ast.expr) -> Values:
        """What iterating over a value gives."""
        values = self.value(iterated)
        if self._is_torch(iterated) or self.meaning.is_array(iterated):
            return self._views(iterated, values)
        return self._inside(values)

    def _read_free(self, node: ast.AST) -> None:
        """A function made here reads names of this one when it is called."""
        for inner in ast.walk(node):
            if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Load) and inner.id in self.state.marks:
                self._read(inner.id)

    def _look_into(self, node: ast.AST) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self.value(child)

    # ------------------------------------------------------------------ binding

    def bind(self, target: ast.expr, values: Values, value: ast.expr | None) -> None:
        """A target takes a value."""
        if isinstance(target, (ast.Tuple, ast.List)):
            self._unpack(target, values, value)
        elif isinstance(target, ast.Starred):
            self.bind(target.value, values, None)
        elif isinstance(target, ast.Subscript):
            self._bind_item(target, values)
        else:
            place = place_of(target)
            if place is not None:
                self._forget(place)
                self.state.places[place] = values

    def _forget(self, place: str) -> None:
        self.state.marks.pop(place, None)
        inner = place + "."
        for other in [name for name in self.state.places if name.startswith(inner)]:
            self.state.marks.pop(other, None)
            del self.state.places[other]

    def _unpack(self, target: ast.Tuple | ast.List, values: Values, value: ast.expr | None) -> None:
        if isinstance(value, (ast.Call, ast.ListComp)) and not any(
            isinstance(part, ast.Starred) for part in target.elts
        ):
            items = self._items_of.get(value)
            for number, part in enumerate(target.elts):
                if items is not None:
                    self.bind(part, items.get(number) or frozenset({Held((value, number), (value, number))}), None)
                    continue
                self.bind(part, frozenset(_numbered(held, value, number) for held in self._inside(values)), None)
            return
        found = NOTHING
        if value is not None and self._is_torch(value):
            found = self._views(value, values)
        else:
            found = self._inside(values)
        for part in target.elts:
            self.bind(part, found, None)

    def _bind_item(self, target: ast.Subscript, values: Values) -> None:
        self.value(target.slice)
        if self._is_torch(target.value) or self.meaning.is_array(target.value):
            stmt = self.stmt
            if stmt is not None:
                self._change(target, target.value, Way.WRITES)
            return
        key = target.slice.value if isinstance(target.slice, ast.Constant) else None
        for held in self._held_by(target.value):
            self._put(held, values)
            if isinstance(key, (str, int)):
                self.state.contents["at", held.origin, key] = values

    def _put(self, container: Held, values: Values) -> None:
        """A container takes values besides what it holds."""
        if values:
            self.state.contents[container.origin] = self.state.contents.get(container.origin, NOTHING) | values
            if isinstance(container.origin, str) and "." in container.origin:
                self._give(values, is_result=False)

    # ------------------------------------------------------------------ places

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

    # ------------------------------------------------------------------ changes in place

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


def _numbered(held: Held, source: ast.expr, number: int) -> Held:
    """One of the tensors that are unpacked from a split, or from a list of new ones."""
    if held.origin == ("view", source):
        if held.part is None:
            return Held((held.origin, number), held.memory, False, held.older_memory, held.array, Part(source, number))
    elif isinstance(source, ast.ListComp) and held.origin == source.elt:
        return Held((held.origin, number), (held.origin, number))
    return held


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


def _zipped(node: ast.expr) -> list[ast.expr | None] | None:
    """What the items of `zip(a, b)`, `enumerate(a)`, `d.items()` are made of, each an item of one of these."""
    if not isinstance(node, ast.Call) or node.keywords:
        return None
    if isinstance(node.func, ast.Name) and not any(isinstance(argument, ast.Starred) for argument in node.args):
        if node.func.id == "zip":
            return list(node.args)
        if node.func.id == "enumerate" and node.args:
            return [None, node.args[0]]
    if isinstance(node.func, ast.Attribute) and node.func.attr == "items" and not node.args:
        return [None, node.func.value]
    return None


def _arguments(node: ast.Call) -> Iterator[ast.expr]:
    """The expressions a call passes."""
    yield from node.args
    for keyword in node.keywords:
        yield keyword.value


def _bound(node: ast.Call, function: _Def, is_bound: bool) -> dict[str, ast.expr]:
    """The arguments of a call by parameter; those after a `*` are not told."""
    arguments = function.args
    names = [a.arg for a in (*arguments.posonlyargs, *arguments.args)][1 if is_bound else 0 :]
    found: dict[str, ast.expr] = {}
    for name, argument in zip(names, node.args, strict=False):
        if isinstance(argument, ast.Starred):
            break
        found[name] = argument
    for keyword in node.keywords:
        if keyword.arg is not None:
            found[keyword.arg] = keyword.value
    return found


def _name_of(function: Function) -> str:
    return "the file" if isinstance(function, ast.Module) else function.name
