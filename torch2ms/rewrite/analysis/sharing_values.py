"""Follows the expressions of a function: what they give, what they change in place, and which marked places they read.

`sharing_run` goes on with the statements.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from torch2ms.rewrite.analysis.sharing import (
    NOTHING,
    Called,
    Def,
    Function,
    Held,
    Inside,
    Key,
    Part,
    Result,
    Sharing,
    Slot,
    Summary,
    Values,
    Way,
    part_of,
)
from torch2ms.rewrite.analysis.sharing_calls import Calls, attribute_by_name, parameters
from torch2ms.rewrite.analysis.sharing_places import CACHE, VIEW_ATTRIBUTES, Whole, place_of

# Attributes and methods that tell nothing of the values of a tensor.
LOOKS = frozenset(
    "shape dtype device ndim is_cuda layout requires_grad size dim numel ndimension nelement stride type_as "
    "new_zeros new_ones new_empty new_full new_tensor is_contiguous element_size data_ptr grad_fn is_leaf".split()
)
_NO_TENSORS = (ast.Constant, ast.JoinedStr, ast.Compare)
# Methods after which the items of a list are no longer where they were.
_MOVING = frozenset("pop popleft popitem remove insert sort reverse rotate clear appendleft".split())


class Expressions(Calls):
    """The expressions of one function, or of the statements of the file outside of functions."""

    def __init__(self, whole: Whole, function: Function, cls: ast.ClassDef | None, summary: Summary) -> None:
        super().__init__(whole, function, cls, summary)
        self._yielded = NOTHING

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
                return self._display(node)
            case ast.Dict():
                return self._dict(node)
            case ast.BinOp():
                return self._operation(node)
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
                return self._comprehension(node, node.elt)
            case ast.DictComp():
                return self._comprehension(node, node.value)
            case ast.Yield() | ast.YieldFrom():
                return self._yield(node)
            case ast.Lambda():
                return self._closure(node)
            case ast.Constant():
                return NOTHING
            case ast.UnaryOp(op=ast.UAdd()):
                return self.value(node.operand)
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

    def _new(self, node: ast.expr | ast.AugAssign, array: bool = False) -> Values:
        """A new tensor."""
        self._made(node)
        return frozenset({Held(node, node, array=array)})

    def _views(self, node: ast.expr, values: Values, array: bool = False, index: ast.expr | None = None) -> Values:
        """Views of tensors, made by an expression; those that an index selects from a whole tensor know their part."""
        origin = ("view", node)
        self._made(origin)
        found: set[Held] = set()
        for held in values:
            part = held.part
            if index is not None and held.origin == held.memory and not held.older:
                part = part_of(held.memory, index)
            found.add(Held(origin, held.memory, False, held.older_memory, array or held.array, part))
        return frozenset(found)

    def _display(self, node: ast.Tuple | ast.List | ast.Set) -> Values:
        """A container that is written out."""
        items = self._together(node.elts)
        if not any(items):
            # A tuple of numbers stays one; tables of settings hold thousands of them.
            return NOTHING if isinstance(node, ast.Tuple) else self._gathered(node, ())
        many = [isinstance(element, ast.Starred) for element in node.elts]
        items = [self._inside(held) if several else held for held, several in zip(items, many, strict=True)]
        known = many.index(True) if True in many else len(items)
        return self._gathered(node, items, dict(enumerate(items[:known])))

    def _dict(self, node: ast.Dict) -> Values:
        for key in node.keys:
            if key is not None and not isinstance(key, ast.Constant):
                self.value(key)
        items: list[Values] = []
        known: dict[Key, Values] = {}
        for key, values in zip(node.keys, self._together(node.values), strict=True):
            items.append(self._inside(values) if key is None else values)
            if isinstance(key, ast.Constant) and isinstance(key.value, (str, int)):
                known[key.value] = values
            elif key is None:
                known.clear()
        return self._gathered(node, items, known)

    def _operation(self, node: ast.BinOp) -> Values:
        left, right = self._together([node.left, node.right])
        if self._is_torch(node) or self.meaning.holds_none(node):
            return self._new(node)
        contents = self.state.contents
        if not any(held.origin in contents for held in (*left, *right)):
            return self._new(node)
        found = self._gathered(node, [self._inside(left), self._inside(right)])
        if isinstance(node.op, ast.Mult):
            self.state.repeating.add(node)
        return found

    def _comprehension(self, node: ast.expr, element: ast.expr) -> Values:
        generators = getattr(node, "generators", ())
        self._generators(generators)
        values = self.value(element)
        found = self._gathered(node, [values])
        if any(inner in self._changes for inner in ast.walk(element)):
            # What one turn changes, those before it gave.
            values |= self.value(element)
            marks = self.state.marks.get(Inside(node))
            found = self._gathered(node, [values])
            if marks:
                self.state.marks[Inside(node)] = marks
        if isinstance(element, ast.Name) and any(not held.older for held in values):
            self.state.repeating.add(node)
        return found

    def _yield(self, node: ast.Yield | ast.YieldFrom) -> Values:
        values = NOTHING if node.value is None else self.value(node.value)
        self._yielded |= self._inside(values) if isinstance(node, ast.YieldFrom) else values
        self._given_away(values)
        return NOTHING

    def _closure(self, node: ast.AST, found: Values = NOTHING) -> Values:
        """A function made here holds what it reads of this one and its defaults, for whenever it is called."""
        for inner in ast.walk(node):
            if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Load) and inner.id in self.state.places:
                self._read(inner.id)
                found |= self.state.places[inner.id]
        return self._gathered(node, [found])

    def _gathered(self, node: ast.AST, items: Iterable[Values], known: Mapping[Key, Values] | None = None) -> Values:
        """A container of values; `known` are those of which the key is told."""
        self._made(node)
        self._containers.add(node)
        found = NOTHING
        for item in items:
            found |= item
        state = self.state
        if not found:
            state.contents.pop(node, None)
            state.items.pop(node, None)
        else:
            state.contents[node] = found
            if known:
                state.items[node] = known
            else:
                state.items.pop(node, None)
        state.marks.pop(Inside(node), None)
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
        getter = self.meaning.getter(node)
        if getter is not None:
            return self._got(node, getter)
        place = place_of(node)
        if place is None:
            owners = self.value(node.value)
            values = self._attribute_of(owners, node.attr)
            self._read_attribute(owners, node.attr)
        else:
            values = self._at(place)
            self._read(place)
        self._read_contents(values)
        return values

    def _subscript(self, node: ast.Subscript) -> Values:
        named = attribute_by_name(node)
        if named is not None:
            return self._named_attribute(*named)
        getter = self.meaning.getter(node)
        if getter is not None:
            return self._got(node, getter)
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

    def _got(self, node: ast.Attribute | ast.Subscript, getter: Def) -> Values:
        """An attribute or an item that a method computes."""
        names = parameters(getter)
        self._read_attributes(self._held_by(node.value))
        given = dict.fromkeys(names, NOTHING) | {name: self._held_by(node.value) for name in names[:1]}
        return self._called(node, getter, given) or self._new(node)

    def _named_attribute(self, owner: ast.expr, name: str) -> Values:
        """`getattr(x, "name")`, `vars(x)["name"]`."""
        owners = self.value(owner)
        values = self._attribute_of(owners, name)
        self._read_attribute(owners, name)
        self._read_contents(values)
        return values

    def _call(self, node: ast.Call) -> Values:
        called = self.meaning.call(node)
        match node:
            case ast.Call(func=ast.Name(id="setattr"), args=[owner, ast.Constant(value=str() as name), value]):
                self._store(self._held_by(owner), name, self.value(value))
                return NOTHING
            case ast.Call(
                func=ast.Attribute(value=owner, attr="register_buffer"),
                args=[ast.Constant(value=str() as name), value, *_],
            ):
                # The buffer of a Cell is a Parameter with the values of the tensor.
                self._store(self._held_by(owner), name, self._views(value, self.value(value)))
                return NOTHING
        if called.looks:
            for argument in _arguments(node):
                if place_of(argument) is None:
                    self.value(argument)
            return NOTHING if called.result is Result.NUMBER else self._new(node)
        named = attribute_by_name(node)
        if named is not None:
            return self._named_attribute(*named)
        given: dict[ast.expr, Values] = {}
        skipped = None if called.each else called.changed if called.added is None else called.added[0]
        callee = [node.func.value] if isinstance(node.func, ast.Attribute) else []
        if not isinstance(node.func, (ast.Attribute, ast.Name)):
            callee = [node.func]
        for argument in (*callee, *_arguments(node)):
            if argument is not skipped or (called.added is None and isinstance(argument, ast.Call)):
                given[argument] = self.value(argument)
                self._read_attributes(given[argument])
        self._read_again(given)
        if isinstance(node.func, ast.Name):
            self._read_contents(self.state.places.get(node.func.id, NOTHING))
        if isinstance(node.func, ast.Attribute) and node.func.attr in _MOVING:
            for held in given.get(node.func.value, NOTHING) or self._held_by(node.func.value):
                self.state.items.pop(held.origin, None)
        if called.function is not None:
            functions = (called.function, *called.instead)
            if len(functions) > 1 or called.changed is not None:
                return self._one_of(node, called, functions, given)
            return self._function(node, called, called.function, given)
        changed = NOTHING
        if called.changed is not None:
            way = Way.BINDS if called.way is Way.RESULT and self._lands(node, called) else called.way
            only: Values | None = None
            if called.own or called.each:
                values = given[called.changed] if called.changed in given else self._held_by(called.changed)
                only = frozenset(held for held in values if held.origin is node) if called.own else self._inside(values)
            changed = self._change(node, called.changed, way, given.get(called.changed), called.unsure, only)
        if called.added is not None:
            return self._add(node, called, called.added, given)
        if isinstance(node.func, ast.Attribute) and node.func.attr == "update":
            for held in self._held_by(node.func.value):
                for keyword in node.keywords:
                    self._put(held, given[keyword.value], keyword.arg)
        source = called.source
        if source is None:
            if called.result is Result.GATHERED:
                return self._new_container(node, called, given)
            return self._unknown(node, called, given)
        if source is called.changed and changed:
            values = changed
        else:
            values = given[source] if source in given else self._held_by(source)
        return self._derived(node, called, values)

    def _derived(self, node: ast.Call, called: Called, values: Values) -> Values:
        """What a call makes of what it is given."""
        match called.result:
            case Result.SAME:
                return values
            case Result.VIEW:
                return self._views(node, values, called.array)
            case Result.MAYBE:
                return values | self._new(node)
            case Result.CAST:
                views = frozenset(held for held in values if held.origin != held.memory)
                return (values - views) | self._views(node, views) | self._new(node)
            case Result.VIEWS:
                return self._gathered(node, [self._views(node, values)])
            case Result.ITEM:
                return self._item(node, values)
            case Result.GATHERED:
                return self._in_pairs(node, self._gathered(node, [self._inside(values)]))
            case _:
                return self._new(node)

    def _item(self, node: ast.Call, values: Values) -> Values:
        """`d.get(key)`, `next(it)`: something that a container holds."""
        key = node.args[0] if node.args else None
        method = isinstance(node.func, ast.Attribute)
        if method and isinstance(key, ast.Constant) and isinstance(key.value, str):
            found = self._at_key(values, key.value)
        else:
            found = self._inside(values)
        for default in node.args[1:]:
            found |= self._held_by(default)
        return found

    def _add(
        self, node: ast.Call, called: Called, added: tuple[ast.expr, ast.expr], given: Mapping[ast.expr, Values]
    ) -> Values:
        """A container takes an item, or those of another one."""
        container, item = added
        values = given[item]
        containers = self._held_by(container)
        for held in containers:
            if called.result is Result.ITEM:
                self._put_anywhere(held, self._inside(values))
            else:
                self._put(held, values)
        key = node.args[0]
        if called.result is Result.NEW and len(node.args) == 2 and isinstance(node.func, ast.Attribute):
            if node.func.attr == "setdefault":
                name = key.value if isinstance(key, ast.Constant) else None
                found = self._at_key(containers, name) if isinstance(name, str) else self._inside(containers)
                return found | values
            for held in containers:
                self.state.items.pop(held.origin, None)
        return NOTHING

    def _unknown(self, node: ast.Call, called: Called, given: Mapping[ast.expr, Values]) -> Values:
        """A call of something unknown: a closure may give what it holds."""
        new = self._new(node, called.array)
        func = node.func
        if isinstance(func, ast.Name) and func.id == "super" and self.me:
            return self._at(self.me)
        if called.repeats:
            for values in given.values():
                new |= self._inside(values) | values
        if isinstance(func, ast.Name) and not called.array:
            holders = self.state.places.get(func.id, NOTHING)
            made = [held for held in holders if held.origin in self.state.contents]
            if made or func.id in self.params:
                for values in given.values():
                    new |= values
            for held in made:
                new |= frozenset(self._reached([held])) - {held}
        return new

    def _function(
        self, node: ast.Call, called: Called, function: Def | ast.Lambda, given: Mapping[ast.expr, Values]
    ) -> Values:
        """A function, a method or a class of the file is called."""
        first: Values | None = None
        if called.makes:
            self._gathered(node, ())
            first = frozenset({Held(node, node)})
        elif called.receiver is not None:
            first = given.get(called.receiver)
            if first is None:
                first = self._held_by(called.receiver)
        found = self._called(node, function, self._by_parameter(node, function, first, given))
        if called.cached and isinstance(function, Def):
            return frozenset({Held(kept := Slot(CACHE, function.name), kept)})
        if called.makes and first is not None:
            return first
        return self._new(node) if called.result is Result.NEW_OF_FUNCTION or not found else found

    def _one_of(
        self, node: ast.Call, called: Called, functions: Sequence[Def | ast.Lambda], given: Mapping[ast.expr, Values]
    ) -> Values:
        """One of several functions is called."""
        before, found = self.state, self._new(node)
        after: list[Sharing] = []
        for function in functions:
            self.state = before.copy()
            found |= self._function(node, called, function, given)
            after.append(self.state)
        if called.changed is not None:
            self.state = before.copy()
            found |= self._change(node, called.changed, called.way, given.get(called.changed), is_unsure=True)
            after.append(self.state)
        self.state = before.join(after)
        return found

    def _called(self, node: ast.expr, function: Def | ast.Lambda, given: Mapping[str, Values]) -> Values:
        return self._enter(node, function, self.whole.called(function), given)

    def _new_container(self, node: ast.Call, called: Called, given: Mapping[ast.expr, Values]) -> Values:
        """`list(a)`, `dict(a=x)`, an object that has its arguments as fields."""
        known = self._fields(node, given)
        found = self._gathered(node, known.values() if known else self._inner(node, given), known)
        for name, values in known.items():
            if isinstance(name, str):
                self.state.places[Slot(node, name)] = values
        if called.repeats:
            self.state.repeating.add(node)
        return self._in_pairs(node, found)

    def _in_pairs(self, node: ast.Call, found: Values) -> Values:
        """`zip(a, b)`, `enumerate(a)`, `d.items()` hold tuples of what those hold."""
        if _zipped(node) is not None and node in self.state.contents:
            pair = ("pair", node)
            self._made(pair)
            self.state.contents[pair] = self.state.contents[node]
            self.state.contents[node] = frozenset({Held(pair, pair)})
        return found

    def _fields(self, node: ast.Call, given: Mapping[ast.expr, Values]) -> Mapping[Key, Values]:
        """What the arguments of `dict(a=x)` and of a named tuple are items of."""
        names = self.meaning.fields(node)
        if names is None:
            return {}
        known: dict[Key, Values] = {keyword.arg: given[keyword.value] for keyword in node.keywords if keyword.arg}
        for number, argument in enumerate(node.args):
            if isinstance(argument, ast.Starred):
                return {}
            known[number] = given[argument]
            if number < len(names):
                known[names[number]] = given[argument]
        for number, name in enumerate(names):
            if name in known:
                known[number] = known[name]
        return known

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
            inside = self._inside(values)
            yield inside
            if isinstance(argument, ast.Call) and _zipped(argument) is not None:
                yield self._inside(inside)

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
        iterator = self.meaning.iterator(iterated)
        if iterator is not None:
            values = self._called(iterated, iterator, {name: values for name in parameters(iterator)[:1]})
        return self._inside(values)

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
        elif isinstance(target, ast.Attribute):
            owners = self._held_by(target.value)
            place = place_of(target)
            if owners:
                self._store(owners, target.attr, values)
            elif place is not None:
                self._bind_name(place, values)
        elif isinstance(target, ast.Name):
            self._bind_name(target.id, values)

    def _bind_name(self, name: str, values: Values) -> None:
        self.state.marks.pop(name, None)
        self.state.places[name] = values

    def _unpack(self, target: ast.Tuple | ast.List, values: Values, value: ast.expr | None) -> None:
        if value is not None and self._is_torch(value):
            found = self._views(value, values)
            for number, part in enumerate(target.elts):
                self.bind(part, frozenset(_numbered(held, value, number) for held in found), None)
            return
        starred = False
        for number, part in enumerate(target.elts):
            if isinstance(part, ast.Starred):
                starred = True
                self.bind(part.value, self._gathered(part, [self._inside(values)]), None)
            elif starred:
                self.bind(part, self._inside(values), None)
            else:
                self.bind(part, self._unpacked(values, value, number), None)

    def _unpacked(self, values: Values, value: ast.expr | None, number: int) -> Values:
        """The item of containers that one name takes."""
        found = NOTHING
        for container in values:
            at = self.state.items.get(container.origin, {}).get(number)
            if at is not None:
                found |= at
            elif value is None:
                found |= self._inside(frozenset({container}))
            else:
                found |= frozenset(_numbered(held, value, number) for held in self._inside(frozenset({container})))
        return found

    def _bind_item(self, target: ast.Subscript, values: Values) -> None:
        named = attribute_by_name(target)
        if named is not None:
            self._store(self.value(named[0]), named[1], values)
            return
        self.value(target.slice)
        if self._is_torch(target.value) or self.meaning.is_array(target.value):
            stmt = self.stmt
            if stmt is not None:
                self._change(target, target.value, Way.WRITES)
            return
        key = target.slice.value if isinstance(target.slice, ast.Constant) else None
        for held in self._held_by(target.value):
            if isinstance(key, (str, int)):
                self._put(held, values, key)
            else:
                self._put_anywhere(held, values)


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
