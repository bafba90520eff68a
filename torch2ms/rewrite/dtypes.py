"""Which dtype the tensors of a file have, as far as it can be told: asked of one expression, when it matters.

The answer follows the value backwards: through names to their assignments (`analysis.definitions`), through attributes
of `self` to what is stored in them, through parameters to the calls of the function in the file, through calls to what
torch's function does to the dtype of its arguments. What comes from elsewhere is not known; most of that are floats.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property

from torch2ms.rewrite import dtype_tables as t
from torch2ms.rewrite.analysis.blocks import Blocks, own_returns
from torch2ms.rewrite.analysis.definitions import Definitions, Origin
from torch2ms.rewrite.dtype_calls import Results
from torch2ms.rewrite.dtype_lists import Lists, Part
from torch2ms.rewrite.dtype_uses import by_uses
from torch2ms.rewrite.elements import (
    OPEN,
    Elements,
    arithmetic,
    joined_all,
    of_number,
    of_numpy,
    real,
)
from torch2ms.source import kinds as k
from torch2ms.source.facts import Facts
from torch2ms.source.knowledge import Knowledge
from torch2ms.source.parents import Parents

_BUDGET = 300
"""How many expressions one question may lead through."""
_DEPTH = 40
"""How many of them in a chain."""

_NUMBERS: dict[k.Kind, Elements] = {k.INT: of_number("int"), k.FLOAT: of_number("float"), k.BOOL: of_number("bool")}
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class Dtypes:
    """Answers what the elements of the tensors of one file are. `blocks` gives the statements of the file."""

    def __init__(self, facts: Facts, know: Knowledge, parents: Parents, blocks: Callable[[], Blocks]) -> None:
        self._facts = facts
        self._know = know
        self._parents = parents
        self._blocks = blocks
        self._known: dict[tuple[ast.AST, int | None], Elements | None] = {}
        self._open: set[tuple[ast.AST, int | None]] = set()
        self._circles = 0
        """How often an answer depended on where it was asked for: in a circle, or too far away."""
        self._left = _BUDGET
        self._results = Results(facts, self)
        self._returns: dict[ast.AST, list[ast.expr | None]] = {}

    def of(self, node: ast.expr) -> Elements | None:
        """The elements of a value; None where nothing is known of them."""
        if not self._open:
            self._left, self._circles = _BUDGET, 0
        found = self.part(node, None)
        return None if found is None or not found.dtype else found

    def named(self, node: ast.expr) -> str | None:
        """The dtype that an expression names: `torch.long`, `x.dtype`."""
        if isinstance(node, ast.Attribute) and node.attr == "dtype":
            found = self.of(node.value) if k.is_tensor(self._facts.kind(node.value)) else None
            return None if found is None else found.dtype
        kind = self._facts.kind(node)
        if isinstance(kind, k.StoredApi) and isinstance(node, ast.Name):
            origins = self._definitions.of(node)
            if origins is None or len(origins) != 1 or isinstance(origins[0], ast.arg):
                return None
        if isinstance(kind, (k.Ref, k.StoredApi)):
            return t.OF_NAME.get(self._know.canonical(kind.name).removeprefix("torch.").removeprefix("numpy."))
        if isinstance(node, ast.Name):
            return {"float": "float32", "int": "int64", "bool": "bool"}.get(node.id)
        return None

    # -------------------------------------------------------------- one value

    def part(self, node: ast.AST, item: int | None) -> Elements | None:
        """The elements of a value, or of one item of it."""
        key = (node, item)
        if key in self._known:
            return self._known[key]
        if key in self._open:
            self._circles += 1
            return OPEN
        self._left -= 1
        if self._left < 0 or len(self._open) > _DEPTH:
            self._circles += 1
            return None
        circles = self._circles
        self._open.add(key)
        found = self._find(node, item)
        self._open.discard(key)
        if circles == self._circles or (found is not None and not self._open):
            self._known[key] = found
        return found

    def _find(self, node: ast.AST, item: int | None) -> Elements | None:
        if item is not None:
            return self._item(node, item)
        number = _NUMBERS.get(self._facts.kind(node))
        found = None if number is not None and isinstance(node, ast.Constant) else self._traced(node)
        return number if found is None and number is not None else found

    def _traced(self, node: ast.AST) -> Elements | None:
        """What the parts of an expression tell."""
        match node:
            case ast.Constant(value=complex()):
                return of_number("complex")
            case ast.Name():
                return self._name(node)
            case ast.Attribute():
                return self._attribute(node)
            case ast.Call():
                return self._call(node, None)
            case ast.Subscript():
                return self._subscript(node)
            case ast.BinOp(left=left, right=right, op=op):
                return arithmetic(self.part(left, None), self.part(right, None), op)
            case ast.Compare(left=left, comparators=others):
                return self._compared([left, *others])
            case ast.UnaryOp(operand=operand) | ast.NamedExpr(value=operand) | ast.Starred(value=operand):
                return self.part(operand, None)
            case ast.IfExp(body=one, orelse=other):
                return joined_all([self.part(one, None), self.part(other, None)])
            case ast.BoolOp(values=values):
                return joined_all(self.part(value, None) for value in values)
        return None

    def _compared(self, sides: Sequence[ast.expr]) -> Elements | None:
        axes = [None if found is None else found.axes for found in (self.part(side, None) for side in sides)]
        known = [count for count in axes if count is not None]
        return Elements("bool", max(known) if len(known) == len(axes) else None)

    def _item(self, node: ast.AST, item: int) -> Elements | None:
        """The elements of one item of a tuple or a list; -1: of any of them."""
        match node:
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                if item < 0 or any(isinstance(part, ast.Starred) for part in parts):
                    return joined_all(self.part(part, None) for part in parts)
                return self.part(parts[item], None) if item < len(parts) else None
            case ast.ListComp(elt=part) | ast.GeneratorExp(elt=part):
                return self.part(part, None)
            case ast.Call(func=ast.Name(id="list" | "tuple"), args=[array]) if self._facts.kind(array) is k.NDARRAY:
                found = self.part(array, None)
                return None if found is None or found.axes not in (None, 1) else of_numpy(found.dtype)
            case ast.Call() if self._facts.kind(node) is not k.NDARRAY:
                return self._call(node, item)
            case ast.Name() if self._facts.kind(node) not in (k.TENSOR, k.NDARRAY):
                return self._origins(node, item)
            case ast.expr() if k.is_tensor(self._facts.kind(node)) or self._facts.kind(node) is k.NDARRAY:
                return self._row(node)
        return None

    def _row(self, node: ast.AST) -> Elements | None:
        """The elements of what iterating over a tensor gives."""
        found = self.part(node, None)
        if found is None or not found.axes:
            return found
        return _with_axes(found, found.axes - 1, self._facts.kind(node))

    # -------------------------------------------------------------- names

    @cached_property
    def _definitions(self) -> Definitions:
        return Definitions(self._blocks(), self._parents)

    def _name(self, node: ast.Name) -> Elements | None:
        found = self._origins(node, None)
        return self._guarded(node) if found is None else found

    def _guarded(self, node: ast.expr) -> Elements | None:
        """What a condition around a place says: `if mask.dtype == torch.bool:`."""
        text = ast.dump(node)
        inner: ast.AST | None = node
        outer = self._parents.of(node)
        while outer is not None and not isinstance(outer, _FUNCTIONS):
            if (
                isinstance(outer, (ast.If, ast.IfExp))
                and inner is not outer.test
                and inner not in _listed(outer.orelse)
            ):
                match outer.test:
                    case ast.Compare(
                        left=ast.Attribute(attr="dtype", value=value), ops=[ast.Eq() | ast.Is()], comparators=[dtype]
                    ) if ast.dump(value) == text:
                        named = self.named(dtype)
                        return None if named is None else Elements(named)
            inner, outer = outer, self._parents.of(outer)
        return None

    def _origins(self, node: ast.Name, item: int | None) -> Elements | None:
        origins = self._definitions.of(node)
        if not origins:
            return None
        found = joined_all(self._origin(origin, item) for origin in origins)
        if item is not None and found is None:
            return None
        if item == -1:
            return joined_all([found, *(self.part(part, None) for part in self.appended(node))])
        return found

    def appended(self, node: ast.Name) -> Iterator[ast.expr]:
        """What is appended to a list in the same function."""
        blocks = self._blocks()
        for name, _ in blocks.loads(node.id, blocks.scope(self._parents.stmt(node))):
            method = self._parents.of(name)
            call = None if method is None else self._parents.of(method)
            match method, call:
                case ast.Attribute(attr="append", value=value), ast.Call(args=[part]) if value is name:
                    yield part

    def _origin(self, origin: Origin, item: int | None) -> Elements | None:
        """The elements of the value that a target or a parameter gets."""
        if isinstance(origin, ast.arg):
            return self._parameter(origin) if item is None else None
        parent = self._parents.of(origin)
        index: int | None = None
        target: ast.expr = origin
        if isinstance(parent, (ast.Tuple, ast.List)):
            if any(isinstance(part, ast.Starred) for part in parent.elts):
                return None
            target, index = parent, parent.elts.index(origin)
            parent = self._parents.of(target)
            if item is not None:
                values = (
                    parent.value.elts if isinstance(parent, ast.Assign) and isinstance(parent.value, ast.Tuple) else []
                )
                return self.part(values[index], item) if len(values) == len(target.elts) else None
        match parent:
            case ast.Assign(value=value):
                return self.part(value, item if index is None else index)
            case ast.AnnAssign(value=value, annotation=annotation):
                promised = self._annotated(annotation)
                return self.part(value, item) if promised is None and value is not None else promised
            case ast.NamedExpr(value=value):
                return self.part(value, item)
            case ast.AugAssign(op=op, value=value) if item is None:
                return self._augmented(origin, op, value)
            case ast.For(target=loop, iter=source) | ast.comprehension(target=loop, iter=source) if loop is target:
                return self._iterated(source, index) if item is None else None
        return None

    def _augmented(self, target: ast.Name, op: ast.operator, value: ast.expr) -> Elements | None:
        """The elements after `x += y`: those of `x` where it is a tensor."""
        before = self.part(target, None)
        if before is not None and before.dtype and not before.number:
            return before
        return arithmetic(before, self.part(value, None), op)

    def _iterated(self, source: ast.expr, index: int | None) -> Elements | None:
        """The elements of a loop's variable, or of one of several."""
        if index is not None:
            match source:
                case ast.Call(func=ast.Name(id="zip"), args=parts) if index < len(parts):
                    return self.part(parts[index], -1)
                case ast.Call(func=ast.Name(id="enumerate"), args=[part]) if index == 1:
                    return self.part(part, -1)
            return None
        match source:
            case ast.Call(func=ast.Name(id="range")):
                return of_number("int")
        return self.part(source, -1)

    # -------------------------------------------------------------- parameters and attributes

    def _parameter(self, arg: ast.arg) -> Elements | None:
        """What the calls of a function in the file pass, where there are any, or what its annotation says."""
        promised = None if arg.annotation is None else self._annotated(arg.annotation)
        if promised is not None:
            return promised
        function = self._parents.of(self._parents.of(arg) or arg)
        if not isinstance(function, _FUNCTIONS):
            return None
        calls = self._callers.get(function, ())
        if not calls:
            return by_uses(self._unchanged(arg, function), self._facts, self._parents)
        passed: list[Elements | None] = []
        for call, offset in calls:
            value = _argument(function, call, arg.arg, offset)
            passed.append(None if value is None else self.part(value, None))
        return joined_all(passed)

    def _unchanged(self, arg: ast.arg, function: ast.AST) -> list[ast.Name]:
        """Where a parameter is read and still what was passed."""
        reads = (name for name, _ in self._blocks().loads(arg.arg, function))
        return [name for name in reads if self._definitions.of(name) == [arg]]

    @cached_property
    def _lists(self) -> Lists:
        return Lists(self._blocks(), self._parents, self._definitions, self)

    def parts(self, node: ast.expr) -> list[Part]:
        """The tensors that a list holds."""
        self._left, self._circles = _BUDGET, 0
        return self._lists.parts(node)

    def given(self, origin: ast.arg) -> Sequence[ast.expr | None] | None:
        """What each call in the file passes for a parameter; None: it is not known who calls."""
        function = self._parents.of(self._parents.of(origin) or origin)
        calls = self._callers.get(function) if isinstance(function, _FUNCTIONS) else None
        if not calls or not isinstance(function, _FUNCTIONS):
            return None
        return [_argument(function, call, origin.arg, offset) for call, offset in calls]

    def only_value(self, node: ast.Name) -> ast.expr | None:
        """The expression that a name has its value from, if there is but one."""
        origins = self._definitions.of(node)
        parent = self._parents.of(origins[0]) if origins and len(origins) == 1 else None
        return parent.value if isinstance(parent, ast.Assign) and len(parent.targets) == 1 else None

    def passed(self, node: ast.expr) -> list[Elements | None]:
        """What each call in the file passes for the parameter that a name still is; nothing for other values."""
        origins = self._definitions.of(node) if isinstance(node, ast.Name) else None
        if not origins or len(origins) != 1 or not isinstance(origins[0], ast.arg):
            return []
        return [None if value is None else self.part(value, None) for value in self.given(origins[0]) or ()]

    def passed_in(self, node: ast.expr) -> ast.arg | None:
        """The parameter of the forward of a module a value is, as it was passed by a caller that is not in the file."""
        origins = self._definitions.of(node) if isinstance(node, ast.Name) else None
        if not origins or len(origins) != 1 or not isinstance(origins[0], ast.arg):
            return None
        function = self._parents.of(self._parents.of(origins[0]) or origins[0])
        is_forward = isinstance(function, _FUNCTIONS) and function.name == "forward"
        return origins[0] if is_forward and function not in self._callers else None

    def origins(self, node: ast.Name) -> Sequence[Origin]:
        """The targets and parameters that a name may have its value from; nothing where that cannot be told."""
        return self._definitions.of(node) or ()

    def stored(self, node: ast.Attribute) -> list[ast.expr]:
        """What the file stores in an attribute of its own classes."""
        receiver = k.settle(self._facts.attributes.get(node, k.UNKNOWN))
        classes = receiver.classes if isinstance(receiver, k.Module) else ()
        if isinstance(receiver, k.Instance):
            classes = (receiver.cls,)
        own = [one for cls in classes if isinstance(cls, k.ClassInfo) for one in cls.mro()]
        return [value for cls in own for value in self._values.get((cls, node.attr), ())]

    def _annotated(self, node: ast.expr) -> Elements | None:
        """`torch.LongTensor`, `Bool[Tensor, "batch"]`."""
        match node:
            case ast.Subscript(value=ast.Name(id="Bool" | "Int" | "Float" as name)):
                return Elements(name.lower())
            case ast.Subscript(value=ast.Name(id="Optional"), slice=inner):
                return self._annotated(inner)
        of = self._facts.refs.get(node, "")
        dtype = t.OF_CLASS.get(of.rpartition(".")[2]) if of.startswith("torch.") else None
        return None if dtype is None else Elements(dtype)

    @cached_property
    def _callers(self) -> dict[ast.AST, list[tuple[ast.Call, int]]]:
        """The calls of the functions of the file, and how many parameters come before their arguments."""
        found: dict[ast.AST, list[tuple[ast.Call, int]]] = {}
        for call, callee in self._facts.calls.items():
            kind = k.settle(callee)
            infos: list[tuple[k.FuncInfo | None, int]] = []
            if isinstance(kind, k.FuncRef):
                infos.append((kind.func, int(kind.bound and not kind.func.static)))
            elif isinstance(kind, k.ClassRef):
                infos.append((kind.cls.method("__init__"), 1))
            elif isinstance(kind, k.Module):
                infos += [(cls.method("forward"), 1) for cls in kind.classes if isinstance(cls, k.ClassInfo)]
            for info, offset in infos:
                if info is not None:
                    found.setdefault(info.node, []).append((call, offset))
        return found

    def _attribute(self, node: ast.Attribute) -> Elements | None:
        if node.attr in ("pi", "e", "inf", "nan") and self._facts.refs.get(node) is None:
            return of_number("float") if isinstance(self._facts.kind(node), k.Ref) else None
        receiver = k.settle(self._facts.attributes.get(node, k.UNKNOWN))
        if receiver in k.TENSORS:
            if node.attr in ("T", "mT", "H", "mH", "data", "grad"):
                return self.part(node.value, None)
            if node.attr in ("real", "imag"):
                return real(self.part(node.value, None))
            return None
        if isinstance(receiver, (k.Module, k.Instance)):
            return self._stored(node, receiver)
        if isinstance(receiver, k.Named) and node.attr in receiver.fields:
            return self.part(node.value, receiver.fields.index(node.attr))
        return self._guarded(node)

    def _stored(self, node: ast.Attribute, receiver: k.Module | k.Instance) -> Elements | None:
        """What is stored in an attribute of objects of the file, anywhere in it."""
        classes = receiver.classes if isinstance(receiver, k.Module) else (receiver.cls,)
        found: list[Elements | None] = []
        for cls in classes:
            if isinstance(cls, str):
                found.append(Elements("float") if node.attr in ("weight", "bias") else None)
            else:
                found += [self.part(value, None) for c in cls.mro() for value in self._values.get((c, node.attr), ())]
        return joined_all(found) if found else None

    @cached_property
    def _values(self) -> dict[tuple[k.ClassInfo, str], list[ast.expr]]:
        """What is stored in the attributes of the classes of the file."""
        found: dict[tuple[k.ClassInfo, str], list[ast.expr]] = {}
        for target, receiver in self._facts.attributes.items():
            value: ast.expr | None = None
            name = target.attr
            parent = self._parents.of(target)
            if isinstance(parent, ast.AugAssign) and parent.target is target:
                continue  # in place, which leaves the dtype as it is
            if isinstance(parent, (ast.Assign, ast.AnnAssign)) and isinstance(target.ctx, ast.Store):
                value = parent.value
            elif isinstance(target.ctx, ast.Store):
                value = ast.Constant(None)  # one of several targets: nothing is known of it
            elif target.attr in ("register_buffer", "register_parameter") and isinstance(parent, ast.Call):
                match parent.args:
                    case [ast.Constant(value=str(text)), given, *_]:
                        name, value = text, given
            if value is None or (value in self._facts.kinds and self._facts.kind(value) is k.NONE):
                continue
            kind = k.settle(receiver)
            classes = (
                kind.classes if isinstance(kind, k.Module) else (kind.cls,) if isinstance(kind, k.Instance) else ()
            )
            for cls in classes:
                if isinstance(cls, k.ClassInfo):
                    found.setdefault((cls, name), []).append(value)
        return found

    # -------------------------------------------------------------- items

    def _subscript(self, node: ast.Subscript) -> Elements | None:
        kind = self._facts.kind(node.value)
        index = node.slice
        if kind in k.TENSORS or kind is k.NDARRAY:
            found = self.part(node.value, None)
            if found is None or found.axes is None:
                return found
            taken = self._taken(index)
            return _with_axes(found, None if taken is None else max(found.axes - taken, 0), kind)
        if isinstance(index, ast.Constant) and type(index.value) is int and index.value >= 0:
            return self.part(node.value, index.value)
        if isinstance(index, ast.Constant) and isinstance(index.value, str) and isinstance(node.value, ast.Name):
            return self._entry(node.value, index.value)
        return self.part(node.value, -1) if isinstance(kind, k.Seq) and not isinstance(index, ast.Slice) else None

    def _entry(self, name: ast.Name, key: str) -> Elements | None:
        """What a dict of the function holds under a name."""
        stored = [value for at, value in self._lists.stored(name) if not _is_other(at, key)]
        return joined_all(self.part(value, None) for value in stored) if stored else None

    def _taken(self, index: ast.expr) -> int | None:
        """How many axes an index takes away."""
        parts = index.elts if isinstance(index, ast.Tuple) else [index]
        count = 0
        for part in parts:
            if isinstance(part, ast.Constant) and part.value is None:
                count -= 1
            elif self._facts.kind(part) is k.INT:
                count += 1
            elif not isinstance(part, ast.Slice):
                return None
        return count

    # -------------------------------------------------------------- calls

    def _call(self, node: ast.Call, item: int | None) -> Elements | None:
        callee = k.settle(self._facts.calls.get(node, k.UNKNOWN))
        if isinstance(callee, k.Ref):
            name = self._know.canonical(callee.name)
            if name.startswith("numpy."):
                return self._results.numpy(node, name.removeprefix("numpy.")) if item is None else None
            if callee.name.startswith("torch"):
                return self._results.function(node, name.rpartition(".")[2], [*node.args], item)
            return None
        if isinstance(callee, k.Member) and isinstance(node.func, ast.Attribute):
            receiver = k.settle(callee.receiver)
            if receiver in k.TENSORS:
                return self._results.function(node, node.func.attr, [node.func.value, *node.args], item, method=True)
            if receiver is k.NDARRAY:
                return self._results.array_method(node, node.func)
            if isinstance(receiver, k.Var) and node.func.attr in t.CONVERSIONS and not node.args:
                return Elements(t.CONVERSIONS[node.func.attr])
        if isinstance(callee, k.FuncRef):
            return self._returned(callee.func, item)
        if isinstance(callee, k.Module):
            return self._layer(node, callee, item)
        return None

    def _layer(self, node: ast.Call, callee: k.Module, item: int | None) -> Elements | None:
        found: list[Elements | None] = []
        for cls in callee.classes:
            if isinstance(cls, k.ClassInfo):
                forward = cls.method("forward")
                found.append(None if forward is None else self._returned(forward, item))
                continue
            name = cls.rpartition(".")[2]
            if name in t.FLOAT_LAYERS:
                before = self.part(node.args[0], None) if name in t.LAYERS_OF_SAME_AXES and node.args else None
                found.append(Elements("float", None if before is None else before.axes))
            elif name in t.SAME_LAYERS and node.args:
                found.append(self.part(node.args[0], None))
            else:
                return None
        return joined_all(found) if found else None

    def _returned(self, info: k.FuncInfo, item: int | None) -> Elements | None:
        node = info.node
        if isinstance(node, ast.Lambda):
            return self.part(node.body, item)
        values = self._returns.get(node)
        if values is None:
            values = self._returns[node] = own_returns(node.body)
        found = joined_all(None if value is None else self.part(value, item) for value in values) if values else None
        return found if found is None else replace(found, narrow=False)  # what is returned is cast


def _with_axes(found: Elements, axes: int | None, kind: k.Kind) -> Elements:
    """An item of a tensor or an array; of the latter it is a number if no axes are left."""
    if kind is k.NDARRAY and axes == 0:
        return of_numpy(found.dtype)
    return replace(found, axes=axes)


def _is_other(key: ast.expr, name: str) -> bool:
    """Whether an entry of a dict is known to have another key."""
    return isinstance(key, ast.Constant) and key.value != name


def _listed(value: list[ast.stmt] | ast.expr) -> Sequence[ast.AST]:
    return value if isinstance(value, list) else [value]


def _argument(
    function: ast.FunctionDef | ast.AsyncFunctionDef, call: ast.Call, name: str, offset: int
) -> ast.expr | None:
    """What a call passes for a parameter, or its default; None where that cannot be seen."""
    args = function.args
    if any(isinstance(arg, ast.Starred) for arg in call.args) or any(key.arg is None for key in call.keywords):
        return None
    positional = [arg.arg for arg in (*args.posonlyargs, *args.args)]
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    if name in positional:
        place = positional.index(name)
        if place - offset < len(call.args) and place >= offset:
            return call.args[place - offset]
        behind = place - len(positional) + len(args.defaults)
        return args.defaults[behind] if behind >= 0 else None
    for arg, default in zip(args.kwonlyargs, args.kw_defaults, strict=True):
        if arg.arg == name:
            return default
    return None
