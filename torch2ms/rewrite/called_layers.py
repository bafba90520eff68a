"""Which layers a call may call, by the expressions that made them, and whether these change their input.

`self.act(x)`, `getattr(self, f"act{i}")(x)`, `layer(x)` in a loop over `self.layers.children()`: the expressions that
may have made what is called are found where the file assigns, registers or appends them.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum

from torch2ms.rewrite.analysis.sharing import Def
from torch2ms.rewrite.analysis.sharing_places import default_of
from torch2ms.rewrite.layer_places import LayerPlaces
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
    """The layers that calls of a file call."""

    def __init__(self, facts: Facts, know: Knowledge) -> None:
        self._facts = facts
        self._know = know
        self.places = LayerPlaces(facts)
        self._begins: dict[ast.expr, Begins] = {}
        self._asked: set[ast.expr] = set()
        """What is being looked for: a name may be given what it holds."""
        self._busy: set[ast.expr] = set()
        self._opened: set[ast.expr] = set()

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
        if not value.args and self._is_given_flag(value):
            return self._own_layer_begins(kind.cls, value) if isinstance(kind, k.ClassRef) else self.flag(value, 0)
        if isinstance(kind, k.ClassRef):
            return self._own_layer_begins(kind.cls, value)
        return self._made_by_partial(value)

    def _is_given_flag(self, value: ast.Call) -> bool:
        """Whether a call says nothing but whether to work in place, or passes on what its function is given by name."""
        if len(value.keywords) != 1:
            return False
        (keyword,) = value.keywords
        stmt = self._facts.stmts.get(value)
        owner = None if stmt is None else self._facts.owners.get(stmt)
        if keyword.arg is None and owner in self.places.called:
            return _is_rest(keyword.value, owner)
        return keyword.arg == "inplace"

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
        return name in DROPPING if name != "Sequential" else all(map(self.passes_on, self.in_sequence(value)))

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

    def flag(self, call: ast.Call, position: int) -> Begins:
        """Whether `inplace` is given as true, or as something that is true unless somebody says otherwise.

        `position`: where it is given without its name; -1 if it never is.
        """
        given = next((keyword.value for keyword in call.keywords if keyword.arg == "inplace"), None)
        if given is None:
            given = call.args[position] if 0 <= position < len(call.args) else None
        stmt = self._facts.stmts.get(call)
        owner = None if stmt is None else self._facts.owners.get(stmt)
        if given is not None:
            return self._truth(given, owner)
        unseen = [keyword.value for keyword in call.keywords if keyword.arg is None]
        if len(unseen) == 1 and owner in self.places.called and _is_rest(unseen[0], owner):
            passed = self.places.passed.get((owner, "inplace"), ())
            return _any_of([*(self._truth(value, of) for value, of in passed), Begins.APART])
        return Begins.MAYBE if unseen else Begins.APART

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
                values += self.places.passed.get((owner, given.id), ())
            else:
                values += self.places.flags.get((owner, given.id)) or self.places.flags.get((None, given.id)) or ()
        elif isinstance(given, ast.Attribute) and isinstance(given.value, ast.Name) and given.value.id == "self":
            for cls in () if owner is None or owner.cls is None else owner.cls.mro():
                values += self.places.flags.get((cls, given.attr), ())
        yield from (self._truth(value, of) for value, of in values)
        if not values:
            yield Begins.MAYBE

    def function_flag(self, node: ast.Call, name: str) -> Begins:
        """Whether a function of torch.nn.functional is told to work in place; `name` is its last name."""
        position = _FUNCTION_POSITIONS.get(name)
        return Begins.APART if position is None else self.flag(node, position)


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


def _is_rest(node: ast.expr, owner: k.FuncInfo) -> bool:
    """Whether a name is what a function is given by further keywords: its `**kwargs`."""
    rest = owner.node.args.kwarg
    return rest is not None and isinstance(node, ast.Name) and node.id == rest.arg


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
