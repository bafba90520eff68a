"""Follows the expressions of a function: what they give, what they change in place, and which marked places they read.

`sharing_run` goes on with the statements.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from torch2ms.rewrite.analysis.sharing import (
    NOTHING,
    Called,
    Function,
    Held,
    Part,
    Relation,
    Result,
    Summary,
    Values,
    Way,
    part_of,
)
from torch2ms.rewrite.analysis.sharing_places import VIEW_ATTRIBUTES, Places, Whole, place_of

_Def: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef

# Attributes and methods that tell nothing of the values of a tensor.
LOOKS = frozenset(
    "shape dtype device ndim is_cuda layout requires_grad size dim numel ndimension nelement stride type_as "
    "new_zeros new_ones new_empty new_full new_tensor is_contiguous element_size data_ptr grad_fn is_leaf".split()
)
_NO_TENSORS = (ast.Constant, ast.JoinedStr, ast.Compare, ast.Lambda)

# An item of a place, as its text says it: `['key']`, `[0]`, `[]` for any.
_ITEM = re.compile(r"""\[('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[^\[\]]*)\]""")


class Expressions(Places):
    """The expressions of one function, or of the statements of the file outside of functions."""

    def __init__(self, whole: Whole, function: Function, cls: ast.ClassDef | None, summary: Summary) -> None:
        super().__init__(whole, function, cls, summary)
        self._items_of: dict[ast.expr, dict[int, Values]] = {}

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


def _numbered(held: Held, source: ast.expr, number: int) -> Held:
    """One of the tensors that are unpacked from a split, or from a list of new ones."""
    if held.origin == ("view", source):
        if held.part is None:
            return Held((held.origin, number), held.memory, False, held.older_memory, held.array, Part(source, number))
    elif isinstance(source, ast.ListComp) and held.origin == source.elt:
        return Held((held.origin, number), (held.origin, number))
    return held


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
