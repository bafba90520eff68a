"""The calls that make modules, and whether the mode of what they make matters."""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from torch2ms.mapping.namespaces import is_torch
from torch2ms.model import Outcome
from torch2ms.rewrite.analysis.blocks import own_statements
from torch2ms.rewrite.context import FileContext
from torch2ms.rewrite.rules.shared.questions import argument, is_literal, method_call
from torch2ms.rewrite.rules.train_default.registries import Registries
from torch2ms.source import kinds as k
from torch2ms.source.facts import is_module_class
from torch2ms.source.members import GIVE_THEIR_MODULE
from torch2ms.source.neighbours import ModeUse

# Parts of the names of layers and functions that work differently in training.
_MODAL = ("Dropout", "dropout", "BatchNorm", "batch_norm", "InstanceNorm", "instance_norm", "RReLU", "rrelu")
# What it makes of a layer has a power iteration, a step of which is made in training.
_SPECTRAL = "spectral_norm"
_MODAL_LAYERS = frozenset(
    f"torch.nn.{name}"
    for name in [
        "MultiheadAttention",
        "LSTM",
        "GRU",
        "RNN",
        "Transformer",
        "TransformerEncoder",
        "TransformerDecoder",
        "TransformerEncoderLayer",
        "TransformerDecoderLayer",
    ]
)
CONTAINERS = frozenset({"torch.nn.Sequential", "torch.nn.ModuleList", "torch.nn.ModuleDict"})
# Functions that make one collection of another: what is in it stays what it is.
COLLECTIONS = frozenset({"list", "tuple", "dict", "OrderedDict", "zip", "reversed", "enumerate", "iter", "set"})


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """A call that makes a module, and what it may be: classes of the file, layers by name, another file's class."""

    call: ast.Call
    stmt: ast.stmt
    classes: tuple[k.ClassInfo, ...] = ()
    layers: tuple[str, ...] = ()
    foreign: str = ""

    @property
    def is_container(self) -> bool:
        """Whether it is a container of torch, which behaves as its children do."""
        return bool(self.layers) and CONTAINERS.issuperset(self.layers) and not self.classes

    @property
    def arguments(self) -> Iterator[ast.expr]:
        """What the call is given."""
        yield from self.call.args
        yield from (keyword.value for keyword in self.call.keywords)


def is_modal(name: str) -> bool:
    """Whether a layer or function of torch works differently in training."""
    last = name.rpartition(".")[2]
    return name in _MODAL_LAYERS or last in ("training", _SPECTRAL) or any(part in last for part in _MODAL)


def handed_on(node: ast.expr) -> Iterator[ast.expr]:
    """The values that an argument hands on: the items of `[a, *b]`, of `list(c)[:-1]`, of `d if e else f`."""
    match node:
        case ast.Starred(value=value) | ast.NamedExpr(value=value):
            yield from handed_on(value)
        case ast.Subscript(value=value, slice=ast.Slice()):
            yield from handed_on(value)
        case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items):
            for item in items:
                yield from handed_on(item)
        case ast.Dict(values=values):
            for value in values:
                yield from handed_on(value)
        case ast.IfExp(body=first, orelse=second) | ast.BinOp(left=first, right=second):
            yield from handed_on(first)
            yield from handed_on(second)
        case ast.ListComp(elt=value) | ast.GeneratorExp(elt=value) | ast.DictComp(value=value):
            yield from handed_on(value)
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=args) if name in COLLECTIONS and args:
            for value in args:
                yield from handed_on(value)
        case _:
            yield node


class Maker:
    """Tells which calls of a file make modules, and whether their mode matters."""

    def __init__(self, ctx: FileContext) -> None:
        self.ctx = ctx
        self._modal = sorted(use.node.lineno for use in ctx.sites() if is_modal(use.name))
        self._calls = sorted(ctx.facts.calls.items(), key=lambda item: item[0].lineno)
        self._lines = [call.lineno for call, _ in self._calls]
        self._known: dict[ast.AST, bool] = {}
        self._made: dict[ast.Call, Made | None] = {}
        self._whole: dict[ast.Call, bool] = {}
        self._open: set[str] = set()
        self._registries = Registries(ctx)
        self._frozen: dict[k.ClassInfo, tuple[list[str], bool]] = {}

    # ------------------------------------------------------------------ what a call makes

    def made(self, call: ast.Call) -> Made | None:
        """What a call makes, if it makes a module."""
        if call not in self._made:
            self._made[call] = self._find_made(call)
        return self._made[call]

    def _find_made(self, call: ast.Call) -> Made | None:
        classes: list[k.ClassInfo] = []
        layers: list[str] = []
        foreign = ""
        callees = self.callees(call)
        for kind in callees:
            if isinstance(kind, k.ClassRef) and is_module_class(kind.cls, self.ctx.know):
                classes.append(kind.cls)
            elif isinstance(kind, (k.Ref, k.StoredApi)):
                name = self.ctx.know.canonical(kind.name)
                if self.ctx.know.is_layer(name):
                    layers.append(name)
                elif kind.name in self.ctx.facts.outer_modules:
                    foreign = kind.name
                else:
                    return None
            else:
                return None
        stmt = self.ctx.facts.stmts.get(call)
        if not callees or stmt is None or self._is_left(call):
            return None
        return Made(call, stmt, tuple(classes), tuple(layers), foreign)

    def callees(self, call: ast.Call) -> list[k.Kind]:
        """What a call may call: what callers pass, what a table holds, what `functools.partial` is given."""
        kind = k.settle(self.ctx.facts.calls[call])
        if isinstance(kind, k.Var) and (kind.calls or isinstance(kind.default, k.ClassRef)):
            default = () if kind.default is None or kind.default is k.NONE else (kind.default,)
            return [k.settle(one) for one in dict.fromkeys((*kind.calls, *default))]
        if isinstance(kind, (k.ClassRef, k.FuncRef, k.Ref, k.StoredApi, k.Module, k.Member)):
            return [kind]
        func = call.func
        own = self._own_class(func)
        if own is not None:
            return [own]
        registered = self._registries.taken(func) or self._registered_of_loop(func, call)
        if registered:
            return registered
        match func:
            case ast.Subscript(value=table) | ast.Call(func=ast.Attribute(value=table, attr="get"), args=[_]):
                values = self._items(table, call)
            case ast.Call() | ast.IfExp():
                values = list(handed_on(func))
            case _:
                values = self._held(func, call)
        return [kind for value in values for kind in self._given(value)]

    def _items(self, node: ast.expr, call: ast.Call) -> list[ast.expr]:
        """What a list or dict holds: one that is written there, or that a name is given once."""
        held = [node] if isinstance(node, (ast.Dict, ast.List, ast.Tuple)) else self._values(node, call)
        if len(held) != 1:
            return []
        if isinstance(held[0], ast.Dict):
            return held[0].values
        return held[0].elts if isinstance(held[0], (ast.List, ast.Tuple)) else []

    def _given(self, value: ast.expr) -> list[k.Kind]:
        """What a value is, or what `functools.partial` is given."""
        registered = self._registries.taken(value)
        if registered:
            return registered
        if not isinstance(value, ast.Call):
            return [self.ctx.kind(value)]
        kind = k.settle(self.ctx.facts.calls.get(value, k.UNKNOWN))
        is_partial = isinstance(kind, k.Ref) and kind.name == "functools.partial" and value.args
        return [self.ctx.kind(value.args[0]) if is_partial else k.UNKNOWN]

    def _own_class(self, func: ast.expr) -> k.ClassRef | None:
        """The class of `type(self)` and `self.__class__`."""
        match func:
            case ast.Call(func=ast.Name(id="type"), args=[of]) | ast.Attribute(value=of, attr="__class__"):
                cls = self.ctx.module_class(self.ctx.kind(of))
                return None if cls is None else k.ClassRef(cls)
        return None

    def _held(self, node: ast.expr, call: ast.Call) -> list[ast.expr]:
        """What a name that is called may hold; nothing if one of its values is not plain."""
        return [one for value in self._values(node, call) for one in handed_on(value)]

    def _values(self, node: ast.expr, call: ast.Call) -> list[ast.expr]:
        """The values that a name is given, in a loop or by assignments; none if one of them is not plain."""
        if not isinstance(node, ast.Name) or node.id in self._open:
            return []
        self._open.add(node.id)
        values = self._stored_values(node, call)
        self._open.discard(node.id)
        return values

    def _stored_values(self, node: ast.Name, call: ast.Call) -> list[ast.expr]:
        blocks = self.ctx.blocks
        scope = blocks.scope(self.ctx.stmt(call))
        found: list[ast.expr] = []
        for name, stmt in list(blocks.stores(node.id, scope)) or blocks.stores(node.id, self.ctx.tree):
            up = self.ctx.parents.of(name)
            around = self.ctx.parents.of(up) if isinstance(up, ast.Tuple) else up
            if isinstance(around, (ast.For, ast.comprehension)):
                items = self._looped(around.iter, call, is_pair=around is not up)
                if not items:
                    return []
                found += items
            elif isinstance(stmt, (ast.Assign, ast.AnnAssign)) and up is stmt and stmt.value is not None:
                found.append(stmt.value)
            else:
                return []
        return found

    def _looped(self, node: ast.expr, call: ast.Call, is_pair: bool) -> list[ast.expr]:
        """The values a loop goes over: those of `[a, b]`, of `table.values()`, of `table.items()` the second ones."""
        match node:
            case ast.Call(func=ast.Attribute(value=table, attr=name), args=[]):
                return self._items(table, call) if name == ("items" if is_pair else "values") else []
        return [] if is_pair else self._items(node, call)

    def _registered_of_loop(self, node: ast.expr, call: ast.Call) -> list[k.Kind]:
        """What a name may be that a loop over a registry gives."""
        if not isinstance(node, ast.Name):
            return []
        for name, _ in self.ctx.blocks.stores(node.id, self.ctx.blocks.scope(self.ctx.stmt(call))):
            up = self.ctx.parents.of(name)
            around = self.ctx.parents.of(up) if isinstance(up, ast.Tuple) else up
            if isinstance(around, (ast.For, ast.comprehension)):
                return self._registries.looped(around.iter)
        return []

    def _is_left(self, call: ast.Call) -> bool:
        """Whether a layer stays torch's."""
        decision = self.ctx.decision(call.func)
        return decision is not None and decision.outcome is Outcome.MANUAL

    # ------------------------------------------------------------------ whether its mode matters

    def matters(self, made: Made) -> bool:
        """Whether the mode of a new module matters, for itself or for one that it is given."""
        ctx = self.ctx
        if self.outer_mode(made) is not ModeUse.NONE or any(map(self.of_class, made.classes)):
            return True
        if any(not CONTAINERS.issuperset({name}) and self._is_modal_layer(name) for name in made.layers):
            return True
        if self._is_given(made, self._spectral):
            return True
        for value in (one for given in made.arguments for one in handed_on(given)):
            inner = self.made(value) if isinstance(value, ast.Call) else None
            if (inner is not None and self.matters(inner)) or (isinstance(value, ast.Lambda) and self.of(value)):
                return True
            if inner is None and made.is_container and not isinstance(value, ast.Constant):
                return self.of(ctx.blocks.function(made.stmt) or made.stmt)
        return False

    @cached_property
    def _spectral(self) -> tuple[ast.expr, ...]:
        """What is given to `spectral_norm`."""
        calls = (use.call for use in self.ctx.sites() if use.name.endswith(f".{_SPECTRAL}"))
        return tuple(value for call in calls if call is not None and (value := argument(call, 0, "module")) is not None)

    @staticmethod
    def _is_given(made: Made, values: Sequence[ast.expr]) -> bool:
        """Whether one of some values is made of a new module, or is the name that its statement gives it."""
        if any(node is made.call for value in values for node in ast.walk(value)):
            return True
        targets = made.stmt.targets if isinstance(made.stmt, ast.Assign) else []
        names = {target.id for target in targets if isinstance(target, ast.Name)}
        return any(isinstance(value, ast.Name) and value.id in names for value in values)

    def outer_mode(self, made: Made) -> ModeUse:
        """What the mode means to an object of another file's class."""
        neighbours = self.ctx.facts.neighbours
        return neighbours.mode(made.foreign) if made.foreign and neighbours is not None else ModeUse.NONE

    def _is_modal_layer(self, name: str) -> bool:
        # What a layer of the user's outside of torch does is not known.
        row = self.ctx.tables.rows.get(name) if name in self.ctx.tables.outside else None
        return is_modal(name) or (row is not None and row.users)

    def of_class(self, cls: k.ClassInfo) -> bool:
        """Whether the mode matters for modules of a class."""
        return any(self.of(c.node) for c in cls.mro()) or any(
            is_modal(base) or self._is_modal_outside(base)
            for base in map(self.ctx.know.canonical, cls.torch_bases)
            if base != "torch.nn.Module"
        )

    def _is_modal_outside(self, name: str) -> bool:
        """Whether the mode matters for a class of another file of the package."""
        neighbours = self.ctx.facts.neighbours
        if neighbours is None or is_torch(name) or neighbours.bases(name) is None:
            return False
        return neighbours.mode(name) is ModeUse.OPEN

    def of(self, node: ast.stmt | ast.Lambda) -> bool:
        """Whether the mode matters for what is inside a definition."""
        found = self._known.get(node)
        if found is None:
            self._known[node] = False
            found = self._known[node] = self._find(node)
        return found

    def calls_in(self, node: ast.stmt | ast.Lambda) -> list[tuple[ast.Call, k.Kind]]:
        """The calls inside a definition."""
        first, last = node.lineno, node.end_lineno or node.lineno
        return self._calls[bisect_left(self._lines, first) : bisect_left(self._lines, last + 1)]

    def _find(self, node: ast.stmt | ast.Lambda) -> bool:
        first, last = node.lineno, node.end_lineno or node.lineno
        if bisect_left(self._modal, first) < bisect_left(self._modal, last + 1):
            return True
        return any(self._of_call(call, kind) for call, kind in self.calls_in(node))

    def _of_call(self, call: ast.Call, kind: k.Kind) -> bool:
        kind = k.settle(kind)
        if isinstance(kind, k.ClassRef):
            return is_module_class(kind.cls, self.ctx.know) and self.of_class(kind.cls)
        if isinstance(kind, k.FuncRef):
            return self.of(kind.func.node)
        if isinstance(kind, k.StoredApi):
            return is_modal(kind.name)
        function = self.ctx.blocks.function(self.ctx.stmt(call))
        if function is None or function.name != "__init__":
            return False
        # A part whose class is imported or passed in may be anything.
        if isinstance(kind, k.Ref):
            return not is_torch(kind.name) and kind.name.rpartition(".")[2][:1].isupper()
        return (isinstance(kind, k.Var) or kind is k.OTHER) and isinstance(call.func, ast.Name)

    # ------------------------------------------------------------------ what it is made of

    def is_all_new(self, made: Made) -> bool:
        """Whether `set_train()` of a container reaches new modules alone: others keep the mode they have."""
        if not made.is_container:
            return True
        found = self._whole.get(made.call)
        if found is None:
            values = (one for given in made.arguments for one in handed_on(given))
            found = self._whole[made.call] = all(self._is_new(value, made) for value in values)
        return found

    def _is_new(self, value: ast.expr, made: Made) -> bool:
        ctx = self.ctx
        if isinstance(value, (ast.Constant, ast.Lambda)):
            return True
        if isinstance(value, ast.Call):
            if self.made(value) is not None:
                return True
            use = ctx.site(value.func)
            if use is not None and use.name in GIVE_THEIR_MODULE and value.args:
                return self._is_new(value.args[0], made)
            return isinstance(k.settle(ctx.facts.calls.get(value, k.UNKNOWN)), k.FuncRef)
        if not isinstance(value, ast.Name):
            return False
        scope = ctx.blocks.scope(made.stmt)
        stores = list(ctx.blocks.stores(value.id, scope))
        if not stores or any(self._sets_mode(value.id, stmt) for _, stmt in ctx.blocks.loads(value.id, scope)):
            return False
        return all(self._is_stored_new(node, stmt, made) for node, stmt in stores)

    def _is_stored_new(self, target: ast.Name, stmt: ast.stmt, made: Made) -> bool:
        """Whether a statement gives a name new modules."""
        name, value = target.id, getattr(stmt, "value", None)
        if not isinstance(value, ast.expr) or self.ctx.parents.of(target) is not stmt:
            return False
        return all(
            isinstance(one, ast.Constant)
            or (isinstance(one, ast.Name) and one.id == name)
            or (isinstance(one, ast.Call) and one is not made.call and self._is_new(one, made))
            or (one is made.call)
            for one in handed_on(value)
        )

    @staticmethod
    def _sets_mode(name: str, stmt: ast.stmt) -> bool:
        """Whether a statement sets the mode of what a name holds."""
        return any(
            isinstance(node, ast.Attribute)
            and node.attr in ("eval", "train")
            and isinstance(node.value, ast.Name)
            and node.value.id == name
            for node in ast.walk(stmt)
            if not isinstance(stmt, (ast.FunctionDef, ast.ClassDef))
        )

    # ------------------------------------------------------------------ what keeps the mode of evaluation

    def given_in_eval(self, made: Made) -> list[str]:
        """The modules that a new one is given, and that are in evaluation mode by then."""
        values = (one for given in made.arguments for one in handed_on(given))
        names = [self.ctx.text(value) for value in values if isinstance(value, (ast.Name, ast.Attribute))]
        if not names:
            return []
        scope = self.ctx.blocks.scope(made.stmt)
        modes: dict[str, bool] = {}
        for stmt in own_statements(getattr(scope, "body", [])):
            if stmt.lineno >= made.stmt.lineno:
                break
            call = method_call(stmt, "eval", "train")
            if call is not None:
                modes[self.ctx.text(call.receiver)] = _is_eval(call.call)
        return [name for name in names if modes.get(name, False)]

    def parts_in_eval(self, cls: k.ClassInfo, building: frozenset[str]) -> tuple[list[str], bool]:
        """The parts of a class that are put into evaluation mode where it is built, and whether these are all.

        `building` are the methods that run then.
        """
        if cls in self._frozen:
            return self._frozen[cls]
        self._frozen[cls] = ([], True)
        parts: list[str] = []
        is_all = True
        for method in (c.methods[name] for c in cls.mro() for name in sorted(building) if name in c.methods):
            if isinstance(method.node, ast.Lambda):
                continue
            seen = 0
            for stmt in method.node.body if method.node.name == "__init__" else ():
                found = self._part_in_eval(stmt, building)
                parts += found
                seen += bool(found)
            is_all = is_all and seen == sum(self._sets_eval(call, building) for call, _ in self.calls_in(method.node))
        self._frozen[cls] = (parts, is_all)
        return parts, is_all

    def sets_own_mode(self, cls: k.ClassInfo) -> bool:
        """Whether the `__init__` of a class sets the mode of the object itself when its parts are there."""
        init = cls.method("__init__")
        if init is None or isinstance(init.node, ast.Lambda):
            return False
        for stmt in reversed(init.node.body):
            call = method_call(stmt, "eval", "train")
            if call is not None and isinstance(call.receiver, ast.Name) and call.receiver.id == "self":
                return True
            if any(self.made(one) is not None for one, _ in self.calls_in(stmt)):
                return False
        return False

    def _part_in_eval(self, stmt: ast.stmt, building: frozenset[str]) -> list[str]:
        """The parts put into evaluation mode by a statement of `__init__`: `self.a.eval()`, `self.a = Net().eval()`."""
        call = method_call(stmt, "eval", "train")
        if call is not None and _is_eval(call.call):
            text = self.ctx.text(call.receiver)
            return [text.removeprefix("self.")] if text.startswith("self.") else []
        if not isinstance(stmt, ast.Assign) or not isinstance(stmt.value, ast.Call):
            return []
        target = self.ctx.text(stmt.targets[0])
        if not target.startswith("self."):
            return []
        part = target.removeprefix("self.")
        if _is_eval(stmt.value):
            return [part]
        made = self.made(stmt.value)
        if made is None or len(made.classes) != 1:
            return []
        parts, is_all = self.parts_in_eval(made.classes[0], building)
        return [f"{part}.{inner}" for inner in parts] if is_all else []

    def _sets_eval(self, call: ast.Call, building: frozenset[str]) -> bool:
        """Whether a call puts something into evaluation mode, or makes something with parts that are."""
        if _is_eval(call) and isinstance(call.func, ast.Attribute):
            return isinstance(self.ctx.kind(call.func.value), k.Module)
        made = self.made(call) if isinstance(k.settle(self.ctx.facts.calls[call]), k.ClassRef) else None
        return made is not None and any(self.parts_in_eval(one, building) != ([], True) for one in made.classes)


def _is_eval(call: ast.Call) -> bool:
    """Whether a call is `x.eval()` or `x.train(False)`."""
    if not isinstance(call.func, ast.Attribute):
        return False
    if call.func.attr == "eval":
        return not call.args
    return call.func.attr == "train" and len(call.args) == 1 and is_literal(call.args[0], False)
