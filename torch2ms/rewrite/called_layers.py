"""Which layers a call may call, by the expressions that made them, and whether these change their input.

`self.act(x)`, `getattr(self, f"act{i}")(x)`, `layer(x)` in a loop over `self.layers.children()`: the expressions that
may have made what is called are found where the file assigns, registers or appends them.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum
from functools import cached_property
from typing import TypeAlias

from torch2ms.rewrite.analysis.sharing import Def
from torch2ms.rewrite.analysis.sharing_places import default_of
from torch2ms.source import kinds as k
from torch2ms.source.facts import Facts
from torch2ms.source.knowledge import Knowledge

# The position of `inplace` among the arguments of layers, where it is not the first one, and of functions.
_LAYER_POSITIONS = {
    **dict.fromkeys(
        "LeakyReLU ELU CELU Dropout Dropout1d Dropout2d Dropout3d AlphaDropout FeatureAlphaDropout".split(), 1
    ),
    **dict.fromkeys("Hardtanh Threshold RReLU".split(), 2),
}
_FUNCTION_POSITIONS = {
    **dict.fromkeys("leaky_relu elu celu".split(), 2),
    **dict.fromkeys("hardtanh threshold dropout dropout1d dropout2d dropout3d alpha_dropout".split(), 3),
    "rrelu": 4,
    **dict.fromkeys("relu relu6 selu silu mish hardswish hardsigmoid".split(), 1),
    "feature_alpha_dropout": 3,
}
_IN_PLACE_LAYERS = frozenset("ReLU ReLU6 SiLU Hardswish Hardsigmoid Mish SELU".split()) | frozenset(_LAYER_POSITIONS)
_FLAT = frozenset("Identity Flatten Unflatten".split())
DROPPING = frozenset("Dropout Dropout1d Dropout2d Dropout3d AlphaDropout FeatureAlphaDropout Identity".split())
_LISTS = frozenset({"ModuleList", "ModuleDict"})
# Calls that give the items of what they are given, and methods that give those of a module or a dict.
_SAME_ITEMS = frozenset({"reversed", "list", "tuple", "iter"})
_CHILDREN = frozenset("children modules named_children named_modules values items".split())
_PAIRS = frozenset("named_children named_modules items".split())
_ADDING = {"append": 0, "add_module": 1, "register_module": 1, "insert": 1, "extend": 0}

_Owner: TypeAlias = k.ClassInfo | k.FuncInfo | None
_Place: TypeAlias = tuple[_Owner, str]
"""An attribute of a class, a name of a function, or (None) one of the file."""


class Begins(Enum):
    """Whether what is called changes its input."""

    APART = "it makes something new"
    MAYBE = "it changes its input on some paths"
    IN_PLACE = "it changes its input"


def _any_of(found: Iterable[Begins]) -> Begins:
    """What holds of one of several, which one being unknown."""
    every = set(found) or {Begins.APART}
    return every.pop() if len(every) == 1 else Begins.MAYBE


class CalledLayers:
    """The layers of a file, and the places that hold them."""

    def __init__(self, facts: Facts, know: Knowledge) -> None:
        self._facts = facts
        self._know = know
        self._begins: dict[ast.expr, Begins] = {}
        self._asked: set[ast.expr] = set()
        """What is being looked for: a name may be given what it holds."""
        self._busy: set[ast.expr] = set()

    # ------------------------------------------------------------------ what is called

    def made(self, func: ast.expr) -> list[ast.expr]:
        """The expressions that may have made what is called here."""
        if func in self._asked:
            return []
        self._asked.add(func)
        found = list(dict.fromkeys(self._made(func)))
        self._asked.discard(func)
        return found

    def _made(self, func: ast.expr) -> Iterator[ast.expr]:
        match func:
            case ast.Call(func=ast.Name(id="getattr"), args=[owner, name, *_]):
                yield from self._attributes(owner, name)
            case ast.Call():
                yield func
            case ast.Name():
                place = (self._owner(func), func.id)
                yield from self.assigned.get(place) or self.assigned.get((None, func.id)) or ()
                around = place[0]
                default = default_of(around.node.args, func.id) if around is not None else None
                if isinstance(default, ast.Call):
                    yield default
                for _, iterated, number in self._loops.get(place, ()):
                    yield from self._items(iterated, number)
            case ast.Attribute():
                for cls in self._classes_of(func.value):
                    yield from self.assigned.get((cls, func.attr), ())
            case ast.Subscript(slice=ast.Slice(lower=lower, upper=upper)):
                for value in self.made(func.value):
                    items = list(self._elements(value))
                    yield from items[slice(_bound(lower), _bound(upper))]
            case ast.Subscript():
                for value in self.made(func.value):
                    yield from self._elements(value)

    def _attributes(self, owner: ast.expr, name: ast.expr) -> Iterator[ast.expr]:
        """What the attribute of an object may hold whose name is written down, or begins with what is."""
        exact = isinstance(name, ast.Constant)
        text = str(name.value) if isinstance(name, ast.Constant) else _prefix(name)
        for cls in self._classes_of(owner):
            for (of, attribute), values in self.assigned.items():
                if of is cls and (attribute == text if exact else attribute.startswith(text)):
                    yield from values
            yield from self._unnamed.get(cls, ())

    def _items(self, iterated: ast.expr, number: int | None) -> Iterator[ast.expr]:
        """What iterating gives; `number` is the position in what it gives, where that is unpacked."""
        match iterated:
            case ast.Call(func=ast.Name(id="enumerate"), args=[of, *_]) if number == 1:
                yield from self._items(of, None)
            case ast.Call(func=ast.Name(id="zip"), args=given) if number is not None and number < len(given):
                yield from self._items(given[number], None)
            case ast.Call(func=ast.Name(id=name), args=[of]) if name in _SAME_ITEMS:
                yield from self._items(of, number)
            case ast.Call(func=ast.Attribute(value=of, attr=name), args=[]) if name in _CHILDREN:
                if number == 1 if name in _PAIRS else number is None:
                    yield from self._children(of)
            case ast.List() | ast.Tuple() | ast.ListComp() | ast.GeneratorExp():
                yield from self._elements(iterated)
            case ast.Name() | ast.Attribute() | ast.Subscript(slice=ast.Slice()):
                for value in self.made(iterated) if number is None else ():
                    yield from self._elements(value)
            case ast.Subscript(value=of):
                for value in self.made(of):
                    for inner in self._elements(value):
                        yield from self._elements(inner)

    def _children(self, of: ast.expr) -> Iterator[ast.expr]:
        """The modules in one."""
        if isinstance(of, ast.Attribute) and of.attr == "_modules":
            of = of.value
        if isinstance(of, ast.Name) and of.id == "self":
            for cls in self._classes_of(of):
                for (owner, _), values in self.assigned.items():
                    if owner is cls:
                        yield from values
                yield from self._unnamed.get(cls, ())
        else:
            for value in self.made(of):
                yield from self._elements(value)

    def changes_own_result(self, func: ast.expr) -> bool:
        """Whether what is called changes nothing but what it has given itself, in an earlier turn of its loop.

        Of `for layer in layers: x = layer(x)` the first layer makes something new, others may change that.
        """
        if not isinstance(func, ast.Name):
            return False
        loops = self._loops.get((self._owner(func), func.id), ())
        if len(loops) != 1 or not isinstance(loops[0][0], ast.For) or not _is_chain(loops[0][0], func.id):
            return False
        first = next((item for item in self.made(func) if not self._is_flat(item)), None)
        return first is not None and self.begins(first) is Begins.APART

    def _is_flat(self, value: ast.expr) -> bool:
        """Whether a layer may give what it is given."""
        return isinstance(value, ast.Call) and self.layer_name(value) in _FLAT | DROPPING

    def _elements(self, value: ast.expr) -> Iterator[ast.expr]:
        """What a list, a dict or a container of modules holds."""
        if isinstance(value, ast.Call) and self.layer_name(value) == "Sequential":
            yield from self.in_sequence(value)
            return
        for element in value.args if isinstance(value, ast.Call) else [value]:
            if isinstance(element, (ast.List, ast.Tuple)):
                yield from element.elts
            elif isinstance(element, (ast.ListComp, ast.GeneratorExp)):
                yield element.elt
            elif isinstance(element, ast.Dict):
                yield from element.values
        yield from self._added_to(value)

    # ------------------------------------------------------------------ what it does

    def begins(self, value: ast.expr) -> Begins:
        """Whether what an expression makes changes its input when it is called."""
        found = self._begins.get(value)
        if found is None:
            if value in self._busy:
                return Begins.APART
            self._busy.add(value)
            found = self._begins[value] = self._find(value)
            self._busy.discard(value)
        return found

    def begins_any(self, values: Iterable[ast.expr]) -> Begins:
        """The same of one of several, which one being unknown; what gives its input itself makes no difference."""
        return _any_of(self.begins(value) for value in values if not self._is_nothing(value))

    def _is_nothing(self, value: ast.expr) -> bool:
        """Whether an expression makes no layer, or one that gives its input."""
        if isinstance(value, ast.Call):
            name = self.layer_name(value)
            return name == "Identity" or (name == "Sequential" and not any(True for _ in self.in_sequence(value)))
        return isinstance(value, ast.Constant)

    def _find(self, value: ast.expr) -> Begins:
        if isinstance(value, ast.IfExp):
            return self.begins_any((value.body, value.orelse))
        if isinstance(value, (ast.Subscript, ast.Name)):
            return self.begins_any(self.made(value))
        if not isinstance(value, ast.Call):
            return Begins.APART
        kind = k.settle(self._facts.calls.get(value, k.UNKNOWN))
        if isinstance(kind, k.FuncRef):
            node = kind.func.node
            return self.begins_any([node.body] if isinstance(node, ast.Lambda) else _returned(node))
        name = self.layer_name(value)
        if name == "Sequential":
            return self._sequence_begins(value)
        if name in _LISTS:
            return self.begins_any(self._elements(value))
        if name:
            return self.flag(value, _LAYER_POSITIONS.get(name, 0)) if name in _IN_PLACE_LAYERS else Begins.APART
        # `act_layer(inplace=True)`: whatever class that is, what it makes works in place.
        if not value.args and [keyword.arg for keyword in value.keywords] == ["inplace"]:
            return self._own_layer_begins(kind.cls, value) if isinstance(kind, k.ClassRef) else self.flag(value, 0)
        if isinstance(kind, k.ClassRef):
            return self._own_layer_begins(kind.cls, value)
        return self._made_by_partial(value)

    def _own_layer_begins(self, cls: k.ClassInfo, value: ast.Call) -> Begins:
        """Whether a class of the file that derives from a layer of torch's changes its input."""
        bases = (self._know.canonical(name).removeprefix("torch.nn.") for name in cls.torch_bases)
        base = next((name for name in bases if name in _IN_PLACE_LAYERS), None)
        if base is None or cls.method("forward") is not None:
            return Begins.APART
        init, position = cls.method("__init__"), _LAYER_POSITIONS.get(base, 0)
        if init is None:
            return self.flag(value, position)
        made = [call for call in ast.walk(init.node) if isinstance(call, ast.Call) and _is_super_init(call)]
        return _any_of(self.flag(call, position) for call in made)

    def _made_by_partial(self, value: ast.Call) -> Begins:
        """`partial(F.relu, inplace=True)`, and what is made by a name that holds `partial(nn.ReLU, inplace=True)`."""
        if self._is_partial(value):
            name = self._canonical(value.args[0])
            return self.flag(value, -1) if name.startswith("torch.nn.functional.") else Begins.APART
        makers = [one for one in self.made(value.func) if isinstance(one, ast.Call) and self._is_partial(one)]
        return _any_of(
            self.flag(one, -1) if self._canonical(one.args[0]).startswith("torch.nn.") else Begins.APART
            for one in makers
        )

    def _is_partial(self, value: ast.Call) -> bool:
        kind = k.settle(self._facts.calls.get(value, k.UNKNOWN))
        return isinstance(kind, k.Ref) and kind.name == "functools.partial" and bool(value.args)

    def _canonical(self, node: ast.expr) -> str:
        name = self._facts.refs.get(node)
        return "" if name is None else self._know.canonical(name)

    def layer_name(self, value: ast.Call) -> str:
        """The name of a layer of torch's that a call makes, without the module."""
        canonical = self._canonical(value.func)
        return canonical.removeprefix("torch.nn.") if canonical.startswith("torch.nn.") else ""

    def _sequence_begins(self, value: ast.Call) -> Begins:
        for element in self.in_sequence(value):
            found = self.begins(element)
            if found is not Begins.APART and not _is_off_at_first(element):
                return found
            if not self._is_flat(element):
                break
        return Begins.APART

    def passes_on(self, value: ast.expr) -> bool:
        """Whether what an expression makes may give its input itself: a Sequential of nothing, or of such layers."""
        if not isinstance(value, ast.Call):
            return False
        name = self.layer_name(value)
        return name in DROPPING if name != "Sequential" else all(map(self.passes_on, self.in_sequence(value)))

    def is_only_in_place(self, value: ast.expr) -> bool:
        """Whether the result of a layer in place is its input: a single one, and not the first of several."""
        match value:
            case ast.IfExp(body=body, orelse=orelse):
                return self.is_only_in_place(body) and self.is_only_in_place(orelse)
            case ast.Name() | ast.Subscript():
                return all(map(self.is_only_in_place, self.made(value)))
            case ast.Call():
                kind = k.settle(self._facts.calls.get(value, k.UNKNOWN))
                if isinstance(kind, k.FuncRef) and not isinstance(kind.func.node, ast.Lambda):
                    return all(map(self.is_only_in_place, _returned(kind.func.node)))
                return self.layer_name(value) != "Sequential"
        return False

    def block_first(self, value: ast.expr) -> Def | None:
        """The `forward` of a class of the file that a Sequential begins with."""
        if not isinstance(value, ast.Call) or self.layer_name(value) != "Sequential":
            return None
        first = next(iter(self.in_sequence(value)), None)
        kind = k.settle(self._facts.calls.get(first, k.UNKNOWN)) if isinstance(first, ast.Call) else k.UNKNOWN
        forward = kind.cls.method("forward") if isinstance(kind, k.ClassRef) else None
        return None if forward is None or isinstance(forward.node, ast.Lambda) else forward.node

    def in_sequence(self, value: ast.Call) -> Iterator[ast.expr]:
        """The layers of a Sequential, as far as they are written down; of a list in a name its first ones."""
        for element in value.args:
            inner = element.value if isinstance(element, ast.Starred) else element
            if isinstance(inner, ast.Call) and self.layer_name(inner) == "":
                last = inner.func.attr if isinstance(inner.func, ast.Attribute) else getattr(inner.func, "id", "")
                if last == "OrderedDict" and inner.args and isinstance(inner.args[0], (ast.List, ast.Tuple)):
                    yield from (pair.elts[1] for pair in inner.args[0].elts if isinstance(pair, ast.Tuple))
                    continue
            if isinstance(inner, (ast.List, ast.Tuple)):
                yield from inner.elts
            elif isinstance(inner, ast.Name) and isinstance(element, ast.Starred):
                yield from self._in_list(inner.id, value)
                return
            elif isinstance(element, ast.Starred):
                items = inner.value if isinstance(inner, ast.Subscript) else inner
                yield from self._items(items, None)
            else:
                yield inner
        yield from self._added_to(value)

    def _in_list(self, name: str, before: ast.Call) -> Sequence[ast.expr]:
        """The first layers of a list that a name holds; none where it is changed otherwise than by `append`."""
        owner = self._facts.owners.get(self._facts.stmts[before]) if before in self._facts.stmts else None
        found: list[ast.expr] = []
        for stmt in self._by_owner.get(owner, ()):
            if stmt.lineno > before.lineno:
                continue
            match stmt:
                case ast.Assign(targets=[ast.Name(id=bound)], value=value) if bound == name:
                    if found:
                        return []
                    listed = value.elts if isinstance(value, ast.List) else list(self._items(value, None))
                    if not listed and not isinstance(value, ast.List):
                        return []
                    found.extend(listed)
                case ast.Assign(targets=[ast.Subscript(value=ast.Name(id=bound))]) if bound == name:
                    return []
                case ast.AugAssign(target=ast.Name(id=bound), value=value) if bound == name:
                    if not isinstance(value, ast.List):
                        return found
                    found.extend(value.elts)
                case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=bound), attr=method), args=args)):
                    if bound == name and method == "append":
                        found.extend(args)
                    elif bound == name:
                        return found if method == "extend" else []
        return found

    def flag(self, call: ast.Call, position: int) -> Begins:
        """Whether `inplace` is given as true, or as something that is true unless somebody says otherwise.

        `position`: where it is given without its name; -1 if it never is.
        """
        given = next((keyword.value for keyword in call.keywords if keyword.arg == "inplace"), None)
        if given is None:
            given = call.args[position] if 0 <= position < len(call.args) else None
        if given is None:
            unseen = any(keyword.arg is None for keyword in call.keywords)
            return Begins.MAYBE if unseen else Begins.APART
        stmt = self._facts.stmts.get(call)
        return self._truth(given, None if stmt is None else self._facts.owners.get(stmt))

    def _truth(self, given: ast.expr, owner: k.FuncInfo | None) -> Begins:
        """Whether an expression in a function is true."""
        if isinstance(given, ast.Constant):
            return Begins.IN_PLACE if given.value else Begins.APART
        if given in self._asked:
            return Begins.MAYBE
        self._asked.add(given)
        found = _any_of(self._truths(given, owner))
        self._asked.discard(given)
        return found

    def _truths(self, given: ast.expr, owner: k.FuncInfo | None) -> Iterator[Begins]:
        """Whether what an expression may be is true."""
        values: list[tuple[ast.expr, k.FuncInfo | None]] = []
        if isinstance(given, ast.Name):
            if owner is not None and given.id in owner.params:
                default = default_of(owner.node.args, given.id)
                values += [] if default is None else [(default, None)]
                values += self._passed.get((owner, given.id), ())
            else:
                values += self._flags.get((owner, given.id)) or self._flags.get((None, given.id)) or ()
        elif isinstance(given, ast.Attribute) and isinstance(given.value, ast.Name) and given.value.id == "self":
            for cls in () if owner is None or owner.cls is None else owner.cls.mro():
                values += self._flags.get((cls, given.attr), ())
        yield from (self._truth(value, of) for value, of in values)
        if not values:
            yield Begins.MAYBE

    def function_flag(self, node: ast.Call, name: str) -> Begins:
        """Whether a function of torch.nn.functional is told to work in place; `name` is its last name."""
        position = _FUNCTION_POSITIONS.get(name)
        return Begins.APART if position is None else self.flag(node, position)

    # ------------------------------------------------------------------ the places of layers

    @cached_property
    def _passed(self) -> Mapping[tuple[k.FuncInfo, str], list[tuple[ast.expr, k.FuncInfo | None]]]:
        """What calls of functions and classes of the file pass for a parameter, each with the function it is in."""
        found: dict[tuple[k.FuncInfo, str], list[tuple[ast.expr, k.FuncInfo | None]]] = {}
        for call, kind in self._facts.calls.items():
            kind = k.settle(kind)
            info = kind.cls.method("__init__") if isinstance(kind, k.ClassRef) else None
            info = kind.func if isinstance(kind, k.FuncRef) else info
            if info is None:
                continue
            bound = isinstance(kind, k.ClassRef) or (isinstance(kind, k.FuncRef) and kind.bound and not info.static)
            names = [a.arg for a in (*info.node.args.posonlyargs, *info.node.args.args)][int(bound) :]
            owner = self._facts.owners.get(self._facts.stmts[call])
            for name, value in zip(names, call.args, strict=False):
                found.setdefault((info, name), []).append((value, owner))
            for keyword in call.keywords:
                if keyword.arg is not None:
                    found.setdefault((info, keyword.arg), []).append((keyword.value, owner))
        return found

    @cached_property
    def _flags(self) -> Mapping[_Place, list[tuple[ast.expr, k.FuncInfo | None]]]:
        """The truth values, and the names of such, that places are given, each with the function it is in."""
        found: dict[_Place, list[tuple[ast.expr, k.FuncInfo | None]]] = {}
        for stmt, owner in self._facts.owners.items():
            if isinstance(stmt, ast.Assign) and isinstance(stmt.value, (ast.Constant, ast.Name)):
                for target in stmt.targets:
                    place = self._place(target, owner)
                    if place is not None:
                        found.setdefault(place, []).append((stmt.value, owner))
        return found

    def _owner(self, node: ast.expr) -> k.FuncInfo | None:
        """The function a name that is called, or an attribute, is in."""
        stmt = self._stmt_of.get(node)
        return None if stmt is None else self._facts.owners.get(stmt)

    def owner_of(self, node: ast.expr) -> k.FuncInfo | None:
        """The function in which a call calls an attribute or a name."""
        return self._owner(node)

    @cached_property
    def _stmt_of(self) -> Mapping[ast.expr, ast.stmt]:
        """The statements of what calls call and give, and of what loops go over, by every name in it."""
        found: dict[ast.expr, ast.stmt] = {}
        for call, stmt in ((call, self._facts.stmts[call]) for call in self._facts.calls):
            for expression in (call.func, *call.args):
                _note_names(expression, stmt, found)
        for stmt in self._facts.owners:
            if isinstance(stmt, (ast.For, ast.AsyncFor)):
                _note_names(stmt.iter, stmt, found)
            elif isinstance(stmt, (ast.Assign, ast.Return)) and stmt.value is not None:
                _note_names(stmt.value, stmt, found)
        for comprehension, stmt in self._comprehensions:
            for generator in comprehension.generators:
                _note_names(generator.iter, stmt, found)
        return found

    @cached_property
    def _comprehensions(self) -> Sequence[tuple[ast.ListComp | ast.SetComp | ast.GeneratorExp, ast.stmt]]:
        """The comprehensions of the file that call something, with their statements."""
        found: list[tuple[ast.ListComp | ast.SetComp | ast.GeneratorExp, ast.stmt]] = []
        for node in self._facts.kinds:
            if isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp)):
                calls = (inner for inner in ast.walk(node) if isinstance(inner, ast.Call))
                stmt = next((self._facts.stmts[call] for call in calls if call in self._facts.stmts), None)
                if stmt is not None:
                    found.append((node, stmt))
        return found

    @cached_property
    def _loops(self) -> Mapping[_Place, list[tuple[ast.AST, ast.expr, int | None]]]:
        """The loops that give names values: each with what it goes over and, of `for i, f in …`, the position."""
        found: dict[_Place, list[tuple[ast.AST, ast.expr, int | None]]] = {}

        def note(loop: ast.AST, target: ast.expr, iterated: ast.expr, owner: k.FuncInfo | None) -> None:
            if isinstance(target, ast.Name):
                found.setdefault((owner, target.id), []).append((loop, iterated, None))
            elif isinstance(target, ast.Tuple):
                for number, part in enumerate(target.elts):
                    if isinstance(part, ast.Name):
                        found.setdefault((owner, part.id), []).append((loop, iterated, number))

        for stmt, owner in self._facts.owners.items():
            if isinstance(stmt, (ast.For, ast.AsyncFor)):
                note(stmt, stmt.target, stmt.iter, owner)
        for comprehension, stmt in self._comprehensions:
            for generator in comprehension.generators:
                note(comprehension, generator.target, generator.iter, self._facts.owners.get(stmt))
        return found

    def _classes_of(self, node: ast.expr) -> Iterator[k.ClassInfo]:
        """The classes of the file an object may be of, with their bases."""
        if isinstance(node, ast.Name) and node.id == "self":
            owner = self._owner(node)
            if owner is not None and owner.cls is not None:
                yield from owner.cls.mro()
            return
        kind = k.settle(self._facts.kinds.get(node, k.UNKNOWN))
        if isinstance(kind, k.Module):
            for cls in kind.classes:
                if isinstance(cls, k.ClassInfo):
                    yield from cls.mro()

    @cached_property
    def assigned(self) -> Mapping[_Place, list[ast.expr]]:
        """What is assigned to the attributes of a class, and to the names of a function or (None) of the file."""
        found: dict[_Place, list[ast.expr]] = {}
        for stmt, owner in self._facts.owners.items():
            if isinstance(stmt, (ast.Assign, ast.AnnAssign)) and isinstance(stmt.value, _MAKING):
                for target in stmt.targets if isinstance(stmt, ast.Assign) else [stmt.target]:
                    place = self._place(target, owner)
                    if place is not None:
                        found.setdefault(place, []).append(stmt.value)
        for owner, name, value in self._registered:
            if isinstance(name, ast.Constant) and isinstance(name.value, str) and owner.cls is not None:
                found.setdefault((owner.cls, name.value), []).append(value)
        for cls in self._facts.classes:
            for stmt in cls.node.body:
                if isinstance(stmt, ast.Assign) and isinstance(stmt.value, ast.Call):
                    for target in stmt.targets:
                        if isinstance(target, ast.Name):
                            found.setdefault((cls, target.id), []).append(stmt.value)
        return found

    @cached_property
    def _registered(self) -> Sequence[tuple[k.FuncInfo, ast.expr, ast.expr]]:
        """The calls in methods that give `self` a module under a name: `self.add_module`, `setattr(self, …)`."""
        found: list[tuple[k.FuncInfo, ast.expr, ast.expr]] = []
        for call in self._facts.calls:
            owner = self._facts.owners.get(self._facts.stmts[call])
            match call:
                case (
                    ast.Call(
                        func=ast.Attribute(value=ast.Name(id="self"), attr="add_module" | "register_module"),
                        args=[name, value],
                    )
                    | ast.Call(func=ast.Name(id="setattr"), args=[ast.Name(id="self"), name, value])
                ):
                    if owner is not None and owner.cls is not None:
                        found.append((owner, name, value))
        return found

    @cached_property
    def _unnamed(self) -> Mapping[k.ClassInfo, list[ast.expr]]:
        """The modules that the objects of a class get under names which are computed."""
        found: dict[k.ClassInfo, list[ast.expr]] = {}
        for owner, name, value in self._registered:
            if not isinstance(name, ast.Constant) and owner.cls is not None:
                found.setdefault(owner.cls, []).append(value)
        return found

    def _place(self, target: ast.expr, owner: k.FuncInfo | None) -> _Place | None:
        if isinstance(target, ast.Attribute):
            return None if owner is None or owner.cls is None else (owner.cls, target.attr)
        return (owner, target.id) if isinstance(target, ast.Name) else None

    @cached_property
    def _added(self) -> Mapping[_Place, list[ast.expr]]:
        """What is put into the container that a place holds, in the order of the file."""
        found: dict[_Place, list[ast.expr]] = {}
        for call in self._facts.calls:
            func = call.func
            position = _ADDING.get(func.attr) if isinstance(func, ast.Attribute) else None
            if position is None or len(call.args) <= position or not isinstance(func, ast.Attribute):
                continue
            place = self._place(func.value, self._facts.owners.get(self._facts.stmts[call]))
            if place is not None:
                item = call.args[position]
                items = item.elts if func.attr == "extend" and isinstance(item, (ast.List, ast.Tuple)) else [item]
                found.setdefault(place, []).extend(items)
        return found

    @cached_property
    def _places(self) -> Mapping[ast.expr, list[_Place]]:
        """The places that a value is assigned to."""
        found: dict[ast.expr, list[_Place]] = {}
        for place, values in self.assigned.items():
            for value in values:
                found.setdefault(value, []).append(place)
        return found

    def _added_to(self, value: ast.expr) -> Iterator[ast.expr]:
        """What is put into a container after it was made."""
        for place in self._places.get(value, ()):
            yield from self._added.get(place, ())

    @cached_property
    def _by_owner(self) -> Mapping[k.FuncInfo | None, list[ast.stmt]]:
        found: dict[k.FuncInfo | None, list[ast.stmt]] = {}
        for stmt, owner in self._facts.owners.items():
            found.setdefault(owner, []).append(stmt)
        return found


# What makes layers, or holds them.
_MAKING = (ast.Call, ast.IfExp, ast.List, ast.Tuple, ast.ListComp, ast.Dict, ast.Subscript)


def _note_names(expression: ast.expr, stmt: ast.stmt, found: dict[ast.expr, ast.stmt]) -> None:
    """The names and attributes in an expression that may be a layer, or hold one."""
    todo = [expression]
    while todo:
        node = todo.pop()
        found[node] = stmt
        if isinstance(node, (ast.Attribute, ast.Subscript, ast.Starred)):
            todo.append(node.value)
        elif isinstance(node, ast.Call):
            todo += [node.func, *node.args]


def _is_off_at_first(value: ast.expr) -> bool:
    """Whether the first one of the layers that a loop makes is told not to work in place: `inplace=i > 0`."""
    for keyword in value.keywords if isinstance(value, ast.Call) else ():
        match keyword.value:
            case ast.Compare(left=ast.Name(), ops=[ast.Gt() | ast.NotEq()], comparators=[ast.Constant(value=0)]):
                return keyword.arg == "inplace"
    return False


def _bound(node: ast.expr | None) -> int | None:
    """The bound of a slice; None where it is not written as a number."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, int) else None


def _is_super_init(call: ast.Call) -> bool:
    match call.func:
        case ast.Attribute(value=ast.Call(func=ast.Name(id="super")), attr="__init__"):
            return True
    return False


def _prefix(name: ast.expr) -> str:
    """What a computed name surely begins with: "act" in `f"act{i}"`, `"act%d" % i`, `"act" + str(i)`."""
    match name:
        case ast.JoinedStr(values=[ast.Constant(value=str() as text), *_]):
            return text
        case ast.BinOp(left=ast.Constant(value=str() as text), op=ast.Mod()):
            return text.partition("%")[0]
        case ast.BinOp(left=ast.Constant(value=str() as text), op=ast.Add()):
            return text
        case ast.Call(func=ast.Attribute(value=ast.Constant(value=str() as text), attr="format")):
            return text.partition("{")[0]
    return ""


def _is_chain(loop: ast.For, name: str) -> bool:
    """Whether what a loop calls `name` is called once, and gives its argument its new value."""
    calls = [
        node
        for stmt in loop.body
        for node in ast.walk(stmt)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name
    ]
    if len(calls) != 1 or not calls[0].args:
        return False
    (call,), given = calls, ast.unparse(calls[0].args[0])
    return any(
        isinstance(node, ast.Assign) and node.value is call and any(ast.unparse(t) == given for t in node.targets)
        for stmt in loop.body
        for node in ast.walk(stmt)
    )


def _returned(function: Def) -> list[ast.expr]:
    return [node.value for node in ast.walk(function) if isinstance(node, ast.Return) and node.value is not None]
