"""Which layers a call may call, by the expressions that made them, and whether these change their input.

`self.act(x)`, `getattr(self, f"act{i}")(x)`, `layer(x)` in a loop over `self.layers.children()`: the expressions that
may have made what is called are found where the file assigns, registers or appends them.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from torch2ms.rewrite.analysis.sharing import Def
from torch2ms.rewrite.analysis.sharing_places import default_of
from torch2ms.rewrite.inplace_flags import IN_PLACE_LAYERS, LAYER_POSITIONS, Begins, InplaceFlags, any_of, is_rest
from torch2ms.rewrite.layer_places import LayerPlaces
from torch2ms.source import kinds as k
from torch2ms.source.facts import Facts
from torch2ms.source.input_changes import InputChange, Passed
from torch2ms.source.knowledge import Knowledge

_FLAT = frozenset("Identity Flatten Unflatten".split())
DROPPING = frozenset("Dropout Dropout1d Dropout2d Dropout3d AlphaDropout FeatureAlphaDropout Identity".split())
_LISTS = frozenset({"ModuleList", "ModuleDict"})
# Calls that give the items of what they are given, and methods that give those of a module or a dict.
_SAME_ITEMS = frozenset({"reversed", "list", "tuple", "iter"})
_CHILDREN = frozenset("children modules named_children named_modules values items".split())
_PAIRS = frozenset("named_children named_modules items".split())


class Others(Protocol):
    """What the layers and functions of other files change in place; the names are qualified."""

    def has(self, name: str) -> bool:
        """Whether a file of the package defines the name."""

    def of_object(self, name: str) -> InputChange | None:
        """What a call of an object of a class changes, or of what a function gives."""

    def of_function(self, name: str) -> InputChange | None:
        """What a call of a function changes."""

    def of_attribute(self, name: str, attribute: str) -> InputChange | None:
        """What a call of the layer changes that the objects of a class have in an attribute."""

    def passed_by_object(self, name: str) -> Passed | None:
        """What a call of an object of a class gives of what it is given."""

    def passed_by_function(self, name: str) -> Passed | None:
        """What a call of a function gives of what it is given."""


class CalledLayers:
    """The layers that calls of a file call."""

    def __init__(self, facts: Facts, know: Knowledge, others: Others) -> None:
        self._facts = facts
        self._know = know
        self._others = others
        self.places = LayerPlaces(facts)
        self.flags = InplaceFlags(facts, self.places)
        self._begins: dict[ast.expr, Begins] = {}
        self._asked: set[ast.expr] = set()
        """What is being looked for: a name may be given what it holds."""
        self._busy: set[ast.expr] = set()
        self._opened: set[ast.expr] = set()
        self._choosing: set[ast.expr] = set()

    # ------------------------------------------------------------------ what is called

    def made(self, func: ast.expr) -> list[ast.expr]:
        """The expressions that may have made what is called here."""
        if func in self._asked:
            return []
        self._asked.add(func)
        found = list(dict.fromkeys(leaf for value in self._made(func) for leaf in self._leaves(value)))
        self._asked.discard(func)
        return found

    def _leaves(self, value: ast.expr) -> Iterator[ast.expr]:
        """The expressions that made what a value is: those of a name in it are looked for."""
        match value:
            case ast.Name() | ast.Attribute():
                yield from self.made(value)
            case ast.BoolOp(values=values):
                for inner in values:
                    yield from self._leaves(inner)
            case ast.NamedExpr(value=inner):
                yield from self._leaves(inner)
            case _:
                yield value

    def _made(self, func: ast.expr) -> Iterator[ast.expr]:
        match func:
            case ast.Call(func=ast.Name(id="getattr"), args=[owner, name, *_]):
                yield from self._attributes(owner, name)
            case ast.Call():
                yield func
            case ast.Name():
                place = (self.places.owner_of(func), func.id)
                around = place[0]
                if around is not None and func.id in around.params:
                    yield from self.places.assigned.get(place, ())
                    yield from (value for value, _ in self.places.passed.get((around, func.id), ()))
                    default = default_of(around.node.args, func.id)
                    if isinstance(default, ast.Call):
                        yield default
                else:
                    yield from self.places.assigned.get(place) or self.places.assigned.get((None, func.id)) or ()
                for _, iterated, number in self.places.loops.get(place, ()):
                    yield from self.items(iterated, number)
            case ast.Attribute():
                for cls in self.places.classes_of(func.value):
                    yield from self.places.assigned.get((cls, func.attr), ())
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
        for cls in self.places.classes_of(owner):
            for (of, attribute), values in self.places.assigned.items():
                if of is cls and (attribute == text if exact else attribute.startswith(text)):
                    yield from values
            yield from self.places.unnamed.get(cls, ())

    def items(self, iterated: ast.expr, number: int | None) -> Iterator[ast.expr]:
        """What iterating gives; `number` is the position in what it gives, where that is unpacked."""
        match iterated:
            case ast.Call(func=ast.Name(id="enumerate"), args=[of, *_]) if number == 1:
                yield from self.items(of, None)
            case ast.Call(func=ast.Name(id="zip"), args=given) if number is not None and number < len(given):
                yield from self.items(given[number], None)
            case ast.Call(func=ast.Name(id=name), args=[of]) if name in _SAME_ITEMS:
                yield from self.items(of, number)
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
            for cls in self.places.classes_of(of):
                for (owner, _), values in self.places.assigned.items():
                    if owner is cls:
                        yield from values
                yield from self.places.unnamed.get(cls, ())
        else:
            for value in self.made(of):
                yield from self._elements(value)

    def changes_own_result(self, func: ast.expr) -> bool:
        """Whether what is called changes nothing but what it has given itself, in an earlier turn of its loop.

        Of `for layer in layers: x = layer(x)` the first layer makes something new, others may change that.
        """
        if not isinstance(func, ast.Name):
            return False
        loops = self.places.loops.get((self.places.owner_of(func), func.id), ())
        if len(loops) != 1 or not isinstance(loops[0][0], ast.For) or not _is_chain(loops[0][0], func.id):
            return False
        first = next((item for item in self.made(func) if not self._is_flat(item)), None)
        return first is not None and self.begins(first) is Begins.APART

    def _is_flat(self, value: ast.expr) -> bool:
        """Whether a layer may give what it is given."""
        return isinstance(value, ast.Call) and self.layer_name(value) in _FLAT | DROPPING

    def _elements(self, value: ast.expr) -> list[ast.expr]:
        """What a list, a dict or a container of modules holds; one that is made of itself, `x = Stack(x)`, once."""
        if value in self._opened:
            return []
        self._opened.add(value)
        found = list(self._held(value))
        self._opened.discard(value)
        return found

    def _held(self, value: ast.expr) -> Iterator[ast.expr]:
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
            elif isinstance(element, (ast.Name, ast.Attribute)):
                for inner in self.made(element):
                    yield from self._elements(inner)
        yield from self.places.added_to(value)

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
        return any_of(self.begins(value) for value in values if not self._is_nothing(value))

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
            return self.begins_any([node.body] if isinstance(node, ast.Lambda) else returned(node))
        name = self.layer_name(value)
        if name == "Sequential":
            return self._sequence_begins(value)
        if name in _LISTS:
            return self.begins_any(self._elements(value))
        if name:
            return self.flags.flag(value, LAYER_POSITIONS.get(name, 0)) if name in IN_PLACE_LAYERS else Begins.APART
        if isinstance(kind, k.Ref) and self._others.has(kind.name):
            change = self.outer_change(value)
            return Begins.APART if change is None or change.position else self.outer_begins(change, value)
        # `act_layer(inplace=True)`: whatever class that is, what it makes works in place.
        if not isinstance(kind, k.ClassRef) and not value.args and self._is_given_flag(value):
            return self.flags.flag(value, 0)
        if isinstance(kind, k.ClassRef):
            return self._own_layer_begins(kind.cls, value)
        if self._is_partial(value):
            name = self._canonical(value.args[0])
            return self.flags.flag(value, -1) if name.startswith("torch.nn.functional.") else Begins.APART
        return any_of(self._class_begins(cls, value) for cls in self.chosen(value.func))

    def chosen(self, node: ast.expr) -> list[ast.expr]:
        """The classes that an expression may be, and calls of `partial`: `Act if swish else nn.ReLU`, `ACTS[name]`."""
        if node in self._choosing:
            return []
        self._choosing.add(node)
        found = list(dict.fromkeys(self._choose(node)))
        self._choosing.discard(node)
        return found

    def _choose(self, node: ast.expr) -> Iterator[ast.expr]:
        inner: Iterable[ast.expr] = ()
        match node:
            case ast.IfExp(body=body, orelse=orelse):
                inner = (body, orelse)
            case ast.BoolOp(values=values):
                inner = values
            case ast.Call(func=ast.Attribute(value=holder, attr="get"), args=[_, *others]):
                inner = [item for value in self.made(holder) for item in self._elements(value)] + others
            case ast.Call() if self._is_partial(node):
                yield node
            case ast.Call():
                kind = k.settle(self._facts.calls.get(node, k.UNKNOWN))
                if isinstance(kind, k.FuncRef):
                    function = kind.func.node
                    inner = [function.body] if isinstance(function, ast.Lambda) else returned(function)
            case ast.Subscript(value=ast.Dict() | ast.List() | ast.Tuple() as holder):
                inner = self._elements(holder)
            case ast.Name() | ast.Attribute() | ast.Subscript():
                if self._class_of(node) is not None:
                    yield node
                    return
                owner = self.places.owner_of(node) if isinstance(node, ast.Name) else None
                default = default_of(owner.node.args, node.id) if owner and isinstance(node, ast.Name) else None
                inner = [*self._made(node), *([] if default is None else [default])]
        for value in inner:
            yield from self.chosen(value)

    def _class_of(self, node: ast.expr) -> k.ClassInfo | InputChange | str | None:
        """The class an expression is: one of the file, what calls of objects of one of another file change, or the
        name of a layer of torch's."""
        kind = k.settle(self._facts.kinds.get(node, k.UNKNOWN))
        if isinstance(kind, k.ClassRef):
            return kind.cls
        if isinstance(kind, k.Ref) and self._others.has(kind.name):
            return self._others.of_object(kind.name) or ""
        canonical = self._canonical(node)
        return canonical.removeprefix("torch.nn.") if canonical.startswith("torch.nn.") else None

    def _class_begins(self, node: ast.expr, value: ast.Call) -> Begins:
        """Whether an object changes its input that a call makes of a class, which may be bound by `partial`."""
        call = value
        if isinstance(node, ast.Call):
            call = ast.Call(value.func, value.args, [*value.keywords, *node.keywords])
            node = node.args[0]
        cls = self._class_of(node)
        if isinstance(cls, k.ClassInfo):
            return self._own_layer_begins(cls, call)
        if isinstance(cls, InputChange):
            return Begins.APART if cls.position else self.outer_begins(cls, call)
        return self.flags.flag(call, LAYER_POSITIONS.get(cls, 0)) if cls in IN_PLACE_LAYERS else Begins.APART

    def forwards(self, made: Iterable[ast.expr]) -> list[Def]:
        """The `forward` methods of the file that a call may run of what one of these expressions makes."""
        found: dict[Def, None] = {}
        for value in made:
            branches = (value.body, value.orelse) if isinstance(value, ast.IfExp) else (value,)
            for branch in branches:
                kind = k.settle(self._facts.calls.get(branch, k.UNKNOWN)) if isinstance(branch, ast.Call) else k.UNKNOWN
                classes = [kind.cls] if isinstance(kind, k.ClassRef) else []
                if isinstance(branch, ast.Call) and not classes:
                    named = [one.args[0] if isinstance(one, ast.Call) else one for one in self.chosen(branch.func)]
                    classes = [cls for one in named if isinstance(cls := self._class_of(one), k.ClassInfo)]
                for cls in classes:
                    forward = cls.method("forward")
                    if forward is not None and not isinstance(forward.node, ast.Lambda):
                        found[forward.node] = None
        return list(found)

    def _is_given_flag(self, value: ast.Call) -> bool:
        """Whether a call says nothing but whether to work in place, or passes on what its function is given by name."""
        if len(value.keywords) != 1:
            return False
        (keyword,) = value.keywords
        stmt = self._facts.stmts.get(value)
        owner = None if stmt is None else self._facts.owners.get(stmt)
        if keyword.arg is None and owner in self.places.called:
            return is_rest(keyword.value, owner)
        return keyword.arg == "inplace"

    def outer_change(self, value: ast.expr) -> InputChange | None:
        """What a call of what an expression makes changes, where another file defines it."""
        name = self._outer_name(value)
        return None if name is None else self._others.of_object(name)

    def outer_passed(self, value: ast.expr) -> Passed | None:
        """What a call gives of its input, of what an expression makes whose class another file defines."""
        name = self._outer_name(value)
        return None if name is None else self._others.passed_by_object(name)

    def _outer_name(self, value: ast.expr) -> str | None:
        """The name of what an expression calls, where another file of the package defines it."""
        kind = k.settle(self._facts.calls.get(value, k.UNKNOWN)) if isinstance(value, ast.Call) else k.UNKNOWN
        return kind.name if isinstance(kind, k.Ref) and self._others.has(kind.name) else None

    def outer_begins(self, change: InputChange, value: ast.Call) -> Begins:
        """Whether an object of a class of another file changes its input, by the arguments of its constructor."""
        switch = change.switch
        if switch is None:
            return Begins.IN_PLACE if change.certain else Begins.MAYBE
        given = next((keyword.value for keyword in value.keywords if keyword.arg == switch.name), None)
        if given is None and len(value.args) > switch.position:
            given = value.args[switch.position]
        if given is not None:
            stmt = self._facts.stmts.get(value)
            return self.flags.truth(given, None if stmt is None else self._facts.owners.get(stmt))
        if any(keyword.arg is None for keyword in value.keywords):
            return Begins.MAYBE
        return Begins.IN_PLACE if switch.default else Begins.APART

    def inherited(self, func: ast.expr) -> InputChange | None:
        """What a call of a layer changes that a base class of another file makes: `self.act(x)`."""
        if not isinstance(func, ast.Attribute):
            return None
        for cls in self.places.classes_of(func.value):
            for base in cls.bases:
                name = base.name if isinstance(base, (k.Ref, k.StoredApi)) else ""
                change = self._others.of_attribute(name, func.attr) if self._others.has(name) else None
                if change is not None:
                    return change
        return None

    def _own_layer_begins(self, cls: k.ClassInfo, value: ast.Call) -> Begins:
        """Whether a class of the file that derives from a layer of torch's changes its input."""
        bases = (self._know.canonical(name).removeprefix("torch.nn.") for name in cls.torch_bases)
        base = next((name for name in bases if name in IN_PLACE_LAYERS), None)
        if base is None or cls.method("forward") is not None:
            return Begins.APART
        init, position = cls.method("__init__"), LAYER_POSITIONS.get(base, 0)
        if init is None:
            return self.flags.flag(value, position)
        made = [call for call in ast.walk(init.node) if isinstance(call, ast.Call) and is_super_init(call)]
        return any_of(self.flags.flag(call, position) for call in made)

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
        return self.chain_begins(self.in_sequence(value))

    def chain_begins(self, elements: Iterable[ast.expr]) -> Begins:
        """Whether layers that are called one after the other change what the first one is given."""
        for element in elements:
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
        if name != "Sequential":
            return name in DROPPING
        layers = list(self.in_sequence(value))
        is_unknown = not layers and any(isinstance(argument, ast.Starred) for argument in value.args)
        return not is_unknown and all(map(self.passes_on, layers))

    def gives_input(self, value: ast.expr) -> bool:
        """Whether the result of a layer is, or may be, what it is given."""
        return self.passes_on(value) or (self.begins(value) is not Begins.APART and self.is_only_in_place(value))

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
                    return all(map(self.is_only_in_place, returned(kind.func.node)))
                change = self.outer_change(value)
                return self.layer_name(value) != "Sequential" and (change is None or change.returned)
        return False

    def first_forwards(self, value: ast.expr) -> list[Def]:
        """The `forward` methods of the file that a Sequential may begin with."""
        if not isinstance(value, ast.Call) or self.layer_name(value) != "Sequential":
            return []
        first = next(iter(self.in_sequence(value)), None)
        return [] if first is None else self.forwards([first])

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
                yield from self.items(items, None)
            else:
                yield inner
        yield from self.places.added_to(value)

    def _in_list(self, name: str, before: ast.Call) -> Sequence[ast.expr]:
        """The first layers of a list that a name holds; none where it is changed otherwise than by `append`."""
        owner = self._facts.owners.get(self._facts.stmts[before]) if before in self._facts.stmts else None
        found: list[ast.expr] = []
        for stmt in self.places.by_owner.get(owner, ()):
            if stmt.lineno > before.lineno:
                continue
            match stmt:
                case ast.Assign(targets=[ast.Name(id=bound)], value=value) if bound == name:
                    if found:
                        return []
                    listed = value.elts if isinstance(value, ast.List) else list(self.items(value, None))
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


def is_super_init(call: ast.Call) -> bool:
    """Whether a call is `super().__init__(…)`."""
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


def returned(function: Def) -> list[ast.expr]:
    """What a function gives."""
    return [node.value for node in ast.walk(function) if isinstance(node, ast.Return) and node.value is not None]
