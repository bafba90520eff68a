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
from torch2ms.rewrite.analysis.blocks import Blocks, own_statements
from torch2ms.rewrite.analysis.definitions import Definitions, Origin
from torch2ms.rewrite.analysis.parents import Parents
from torch2ms.rewrite.dtype_uses import by_uses
from torch2ms.rewrite.elements import (
    OPEN,
    Elements,
    arithmetic,
    in_floats,
    joined_all,
    of_number,
    of_numpy,
    promoted,
    summed,
)
from torch2ms.source import kinds as k
from torch2ms.source.facts import Facts
from torch2ms.source.knowledge import Knowledge

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

    def of(self, node: ast.expr) -> Elements | None:
        """The elements of a value; None where nothing is known of them."""
        if not self._open:
            self._left, self._circles = _BUDGET, 0
        found = self._part(node, None)
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

    def _part(self, node: ast.AST, item: int | None) -> Elements | None:
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
            case ast.Name():
                return self._name(node)
            case ast.Attribute():
                return self._attribute(node)
            case ast.Call():
                return self._call(node, None)
            case ast.Subscript():
                return self._subscript(node)
            case ast.BinOp(left=left, right=right, op=op):
                return arithmetic(self._part(left, None), self._part(right, None), op)
            case ast.Compare(left=left, comparators=others):
                return self._compared([left, *others])
            case ast.UnaryOp(operand=operand) | ast.NamedExpr(value=operand) | ast.Starred(value=operand):
                return self._part(operand, None)
            case ast.IfExp(body=one, orelse=other):
                return joined_all([self._part(one, None), self._part(other, None)])
            case ast.BoolOp(values=values):
                return joined_all(self._part(value, None) for value in values)
        return None

    def _compared(self, sides: Sequence[ast.expr]) -> Elements | None:
        axes = [None if found is None else found.axes for found in (self._part(side, None) for side in sides)]
        known = [count for count in axes if count is not None]
        return Elements("bool", max(known) if len(known) == len(axes) else None)

    def _item(self, node: ast.AST, item: int) -> Elements | None:
        """The elements of one item of a tuple or a list; -1: of any of them."""
        match node:
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                if item < 0 or any(isinstance(part, ast.Starred) for part in parts):
                    return joined_all(self._part(part, None) for part in parts)
                return self._part(parts[item], None) if item < len(parts) else None
            case ast.ListComp(elt=part) | ast.GeneratorExp(elt=part):
                return self._part(part, None)
            case ast.Call() if self._facts.kind(node) is not k.NDARRAY:
                return self._call(node, item)
            case ast.Name() if self._facts.kind(node) not in (k.TENSOR, k.NDARRAY):
                return self._origins(node, item)
            case ast.expr() if k.is_tensor(self._facts.kind(node)) or self._facts.kind(node) is k.NDARRAY:
                return self._row(node)
        return None

    def _row(self, node: ast.AST) -> Elements | None:
        """The elements of what iterating over a tensor gives."""
        found = self._part(node, None)
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
            return joined_all([found, *(self._part(part, None) for part in self._appended(node))])
        return found

    def _appended(self, node: ast.Name) -> Iterator[ast.expr]:
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
            if any(isinstance(part, ast.Starred) for part in parent.elts) or item is not None:
                return None
            target, index = parent, parent.elts.index(origin)
            parent = self._parents.of(target)
        match parent:
            case ast.Assign(value=value):
                return self._part(value, item if index is None else index)
            case ast.AnnAssign(value=value, annotation=annotation):
                promised = self._annotated(annotation)
                return self._part(value, item) if promised is None and value is not None else promised
            case ast.NamedExpr(value=value):
                return self._part(value, item)
            case ast.AugAssign(op=op, value=value) if item is None:
                return self._augmented(origin, op, value)
            case ast.For(target=loop, iter=source) | ast.comprehension(target=loop, iter=source) if loop is target:
                return self._iterated(source, index) if item is None else None
        return None

    def _augmented(self, target: ast.Name, op: ast.operator, value: ast.expr) -> Elements | None:
        """The elements after `x += y`: those of `x` where it is a tensor."""
        before = self._part(target, None)
        if before is not None and before.dtype and not before.number:
            return before
        return arithmetic(before, self._part(value, None), op)

    def _iterated(self, source: ast.expr, index: int | None) -> Elements | None:
        """The elements of a loop's variable, or of one of several."""
        if index is not None:
            match source:
                case ast.Call(func=ast.Name(id="zip"), args=parts) if index < len(parts):
                    return self._part(parts[index], -1)
                case ast.Call(func=ast.Name(id="enumerate"), args=[part]) if index == 1:
                    return self._part(part, -1)
            return None
        match source:
            case ast.Call(func=ast.Name(id="range")):
                return of_number("int")
        return self._part(source, -1)

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
            passed.append(None if value is None else self._part(value, None))
        return joined_all(passed)

    def _unchanged(self, arg: ast.arg, function: ast.AST) -> list[ast.Name]:
        """Where a parameter is read and still what was passed."""
        reads = (name for name, _ in self._blocks().loads(arg.arg, function))
        return [name for name in reads if self._definitions.of(name) == [arg]]

    def only_value(self, node: ast.Name) -> ast.expr | None:
        """The expression that a name has its value from, if there is but one."""
        origins = self._definitions.of(node)
        parent = self._parents.of(origins[0]) if origins and len(origins) == 1 else None
        return parent.value if isinstance(parent, ast.Assign) and len(parent.targets) == 1 else None

    def passed_in(self, node: ast.expr) -> ast.arg | None:
        """The parameter of the forward of a module a value is, as it was passed by a caller that is not in the file."""
        origins = self._definitions.of(node) if isinstance(node, ast.Name) else None
        if not origins or len(origins) != 1 or not isinstance(origins[0], ast.arg):
            return None
        function = self._parents.of(self._parents.of(origins[0]) or origins[0])
        is_forward = isinstance(function, _FUNCTIONS) and function.name == "forward"
        return origins[0] if is_forward and function not in self._callers else None

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
                return self._part(node.value, None)
            if node.attr in ("real", "imag"):
                return _real(self._part(node.value, None))
            return None
        if isinstance(receiver, (k.Module, k.Instance)):
            return self._stored(node, receiver)
        if isinstance(receiver, k.Named) and node.attr in receiver.fields:
            return self._part(node.value, receiver.fields.index(node.attr))
        return self._guarded(node)

    def _stored(self, node: ast.Attribute, receiver: k.Module | k.Instance) -> Elements | None:
        """What is stored in an attribute of objects of the file, anywhere in it."""
        classes = receiver.classes if isinstance(receiver, k.Module) else (receiver.cls,)
        found: list[Elements | None] = []
        for cls in classes:
            if isinstance(cls, str):
                found.append(Elements("float") if node.attr in ("weight", "bias") else None)
            else:
                found += [self._part(value, None) for c in cls.mro() for value in self._values.get((c, node.attr), ())]
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
            found = self._part(node.value, None)
            if found is None or found.axes is None:
                return found
            taken = self._taken(index)
            return _with_axes(found, None if taken is None else max(found.axes - taken, 0), kind)
        if isinstance(index, ast.Constant) and type(index.value) is int and index.value >= 0:
            return self._part(node.value, index.value)
        return self._part(node.value, -1) if isinstance(kind, k.Seq) and not isinstance(index, ast.Slice) else None

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
                return self._numpy(node, name.removeprefix("numpy.")) if item is None else None
            if callee.name.startswith("torch"):
                return self._function(node, name.rpartition(".")[2], [*node.args], item)
            return None
        if isinstance(callee, k.Member) and isinstance(node.func, ast.Attribute):
            receiver = k.settle(callee.receiver)
            if receiver in k.TENSORS:
                return self._function(node, node.func.attr, [node.func.value, *node.args], item, method=True)
            if receiver is k.NDARRAY:
                return self._array_method(node, node.func)
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
                found.append(Elements("float"))
            elif name in t.SAME_LAYERS and node.args:
                found.append(self._part(node.args[0], None))
            else:
                return None
        return joined_all(found) if found else None

    def _returned(self, info: k.FuncInfo, item: int | None) -> Elements | None:
        node = info.node
        if isinstance(node, ast.Lambda):
            return self._part(node.body, item)
        values = [stmt.value for stmt in own_statements(node.body) if isinstance(stmt, ast.Return)]
        return joined_all(None if value is None else self._part(value, item) for value in values) if values else None

    def _function(
        self, node: ast.Call, name: str, args: Sequence[ast.expr], item: int | None, method: bool = False
    ) -> Elements | None:
        """What a function or a method of torch's gives. `args` has the receiver, too."""
        told = _keyword(node, "dtype")
        if told is not None and not (isinstance(told, ast.Constant) and told.value is None):
            named = self.named(told)
            return None if named is None else Elements(named, self._axes(node, name, args))
        given = args[0] if args else _keyword(node, "input") or _keyword(node, "tensors")
        if name in t.INDEXED and item == 1:
            return Elements("int64", narrow=name in t.NARROW)
        first: Callable[[], Elements | None] = lambda: None if given is None else self._part(given, None)  # noqa: E731
        if name in t.OF_CLASS and name != "Tensor":
            return Elements(t.OF_CLASS[name], self._axes(node, name, args))
        if name in t.BOOLS:
            return self._shaped(node, name, args, Elements("bool"))
        if name in t.INT64S or name in t.INT64S_UNLESS_TOLD:
            return Elements("int64", self._axes(node, name, args)) if _keyword(node, "out_int32") is None else None
        if name in t.CONVERSIONS and method and len(args) == 1:
            return self._converted(first(), t.CONVERSIONS[name])
        if name in t.CONVERTING and method:
            return self._to(args, first())
        if name in t.REAL_PARTS:
            return _real(first())
        if name in t.COMPLEX:
            return Elements("complex")
        if name in t.FLOATS:
            return in_floats(first()) or Elements("float")
        if name in t.OF_FLOATS:
            return self._floats(node, name, args, first())
        if name in t.SUMS:
            return self._reduced(node, name, args, summed(first()))
        if name in t.MAKERS:
            return self._made(node, name, args, method)
        if name in t.PROMOTING or name in ("true_divide", "divide", "div", "pow"):
            return self._promoting(node, name, args)
        if name in t.PRODUCTS:
            found = self._promoting(node, name, [arg for arg in args if k.is_tensor(self._facts.kind(arg))])
            return None if found is None else replace(found, axes=None)
        if name in t.JOINING:
            return None if given is None else self._cat(given)
        if name in t.SAME:
            return self._reduced(node, name, args, first())
        return None

    def _cat(self, given: ast.expr) -> Elements | None:
        if isinstance(given, (ast.Tuple, ast.List)):
            found: Elements | None = OPEN
            for part in given.elts:
                one = self._part(part, None)
                found = promoted(found, None if one is None else replace(one, axes=None, narrow=False))
            return None if found is OPEN else found
        one = self._part(given, -1)
        return None if one is None else replace(one, axes=None)

    def _converted(self, before: Elements | None, dtype: str) -> Elements:
        return Elements(dtype, None if before is None else before.axes)

    def _to(self, args: Sequence[ast.expr], before: Elements | None) -> Elements | None:
        """`x.to(torch.int64)`, `x.type_as(y)`, `x.to(device)`."""
        for arg in args[1:]:
            kind = self._facts.kind(arg)
            if k.is_tensor(kind):
                other = self._part(arg, None)
                return None if other is None else self._converted(before, other.dtype)
            if kind is k.DEVICE or kind is k.STR or kind is k.BOOL:
                continue
            named = self.named(arg)
            if named is not None:
                return self._converted(before, named)
            if kind is k.DTYPE or isinstance(kind, (k.Ref, k.StoredApi)) or kind is k.UNKNOWN:
                return None
        return before

    def _floats(self, node: ast.Call, name: str, args: Sequence[ast.expr], before: Elements | None) -> Elements | None:
        known = before if before is not None and before.family == "float" else Elements("float")
        return self._reduced(node, name, args, known)

    def _shaped(self, node: ast.Call, name: str, args: Sequence[ast.expr], found: Elements) -> Elements:
        """A result of the shape of the operands, or a reduced one."""
        if name in ("any", "all"):
            return replace(found, axes=0 if len(args) == 1 and not node.keywords else None)
        return found

    def _reduced(self, node: ast.Call, name: str, args: Sequence[ast.expr], found: Elements | None) -> Elements | None:
        """Elements with the axes that are left of them."""
        if found is None:
            return None
        if name in t.REDUCTIONS:
            alone = len(args) == 1 and not node.keywords
            return replace(found, axes=0 if alone else None)
        return found if name in t.SAME_SHAPE or name in t.FLOATS else replace(found, axes=None)

    def _promoting(self, node: ast.Call, name: str, args: Sequence[ast.expr]) -> Elements | None:
        parts = [*args, *(keyword.value for keyword in node.keywords if keyword.arg in ("other", "input"))]
        if name == "where":
            parts = parts[1:] if k.is_tensor(self._facts.kind(parts[0])) and len(parts) == 3 else []
        if name == "lerp":
            parts = parts[:2]
        if not parts:
            return None
        found: Elements | None = OPEN
        for part in parts:
            found = promoted(found, self._part(part, None))
        if name in ("true_divide", "divide", "div") and _keyword(node, "rounding_mode") is None:
            return in_floats(found)
        return None if found is OPEN else found

    # -------------------------------------------------------------- what is made

    def _made(self, node: ast.Call, name: str, args: Sequence[ast.expr], method: bool) -> Elements | None:
        """Of a function that makes a tensor of what it is given."""
        axes = self._axes(node, name, args)
        if name in ("tensor", "as_tensor", "asarray", "scalar_tensor", "new_tensor"):
            return self._literal(args[1] if method and len(args) > 1 else args[0]) if args else None
        if name == "from_numpy":
            return self._part(args[0], None) if args else None
        if name in ("Parameter", "Variable", "Buffer"):
            return self._part(args[0], None) if args else None
        if name == "arange":
            return self._arange([*args, *(key.value for key in node.keywords if key.arg in ("start", "end", "step"))])
        if name == "full":
            value = args[1] if len(args) > 1 else _keyword(node, "fill_value")
            found = None if value is None else self._part(value, None)
            return None if found is None else Elements(found.dtype, axes)
        if name in t.FLOAT_MAKERS and not method:
            return Elements("float32", axes)
        return None

    def _arange(self, parts: Sequence[ast.expr]) -> Elements | None:
        found = [self._part(part, None) for part in parts]
        if any(one is not None and one.dtype and one.family == "float" for one in found):
            return Elements("float32", 1)
        ints = all(one is not None and one.dtype and one.family == "int" for one in found)
        return Elements("int64", 1) if ints and found else None

    def _literal(self, node: ast.expr) -> Elements | None:
        """Of a tensor that is made of numbers, lists of them, or an array."""
        if isinstance(node, (ast.List, ast.Tuple)):
            if not node.elts:
                return Elements("float32", 1)
            parts = [self._literal(part) for part in node.elts]
            found: Elements | None = OPEN
            for part in parts:
                found = promoted(found, part)
            if found is None or parts[0] is None or parts[0].axes is None:
                return None
            return Elements(found.dtype, parts[0].axes + 1)
        found = self._part(node, None)
        if found is None and isinstance(node, (ast.ListComp, ast.Name)):
            item = self._part(node, -1)
            if item is not None and item.dtype and item.number:
                return Elements(item.dtype, 1)
        return None if found is None else replace(found, number=False)

    def _axes(self, node: ast.Call, name: str, args: Sequence[ast.expr]) -> int | None:
        """How many axes what is made has."""
        if name in ("arange", "linspace", "logspace", "randperm"):
            return 1
        if name in ("tensor", "as_tensor"):
            found = self._literal(args[0]) if args else None
            return None if found is None else found.axes
        if name not in ("zeros", "ones", "empty", "rand", "randn", "full"):
            return None
        sizes = args[:1] if name == "full" else args
        if len(sizes) == 1 and isinstance(sizes[0], (ast.Tuple, ast.List)):
            sizes = sizes[0].elts
        elif name == "full" or not sizes:
            return None
        return len(sizes) if all(self._facts.kind(size) is k.INT for size in sizes) else None

    # -------------------------------------------------------------- NumPy

    def _numpy(self, node: ast.Call, name: str) -> Elements | None:
        told = _keyword(node, "dtype")
        if told is not None:
            named = self._array_dtype(told)
            return None if named is None else Elements(named, 1 if name in ("linspace", "arange") else None)
        if name in t.OF_NAME:
            return of_numpy(t.OF_NAME[name])
        if name == "arange":
            found = self._arange(node.args)
            return found if found is None or found.family == "int" else Elements("float64", 1)
        first = self._array(node.args[0]) if node.args else None
        if name in t.NUMPY_REDUCTIONS and len(node.args) == 1 and not node.keywords:
            return _reduced_array(first, name)
        if name in t.NUMPY_FUNCTIONS:
            if self._facts.kind(node) in k.NUMBERS and (first is None or first.number):
                return of_numpy("float64")
            return in_floats(first, "float64")
        if name in t.NUMPY_MAKERS:
            return of_numpy("float64") if self._facts.kind(node) in k.NUMBERS else Elements("float64", _one(name))
        return first if name in t.NUMPY_SAME else None

    def _array(self, node: ast.expr) -> Elements | None:
        """Of an array made of numbers."""
        if self._facts.kind(node) is k.SHAPE:
            return Elements("int64", 1)
        found = self._literal(node) if isinstance(node, (ast.List, ast.Tuple)) else self._part(node, None)
        if found is None or not found.dtype or found.family != "float":
            return found
        return replace(found, dtype="float64") if found.number or isinstance(node, (ast.List, ast.Tuple)) else found

    def _array_dtype(self, node: ast.expr) -> str | None:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return t.OF_NAME.get(node.value) if node.value not in ("float", "int") else f"{node.value}64"
        if isinstance(node, ast.Name) and node.id in ("float", "int", "bool"):
            return {"float": "float64", "int": "int64", "bool": "bool"}[node.id]
        return self.named(node)

    def _array_method(self, node: ast.Call, func: ast.Attribute) -> Elements | None:
        found = self._part(func.value, None)
        if func.attr == "astype" and node.args:
            named = self._array_dtype(node.args[0])
            return None if named is None else Elements(named)
        if func.attr in t.NUMPY_REDUCTIONS and not node.args and not node.keywords:
            return _reduced_array(found, func.attr)
        if func.attr in ("copy", "reshape", "transpose", "flatten", "ravel", "squeeze"):
            return None if found is None else replace(found, axes=1 if func.attr in ("flatten", "ravel") else None)
        return None


def _one(name: str) -> int | None:
    return 1 if name in ("linspace", "logspace") else None


def _reduced_array(found: Elements | None, name: str) -> Elements | None:
    """One number of the elements of an array."""
    if name in ("mean", "std", "var", "median", "percentile", "quantile"):
        return of_numpy("float64" if found is None or found.family != "float" or found.number else found.dtype)
    if name in ("argmax", "argmin", "count_nonzero"):
        return of_numpy("int64")
    return None if found is None or not found.dtype else of_numpy(found.dtype)


def _with_axes(found: Elements, axes: int | None, kind: k.Kind) -> Elements:
    """An item of a tensor or an array; of the latter it is a number if no axes are left."""
    if kind is k.NDARRAY and axes == 0:
        return of_numpy(found.dtype)
    return replace(found, axes=axes)


def _real(found: Elements | None) -> Elements | None:
    """The elements of the absolute values, or the real parts, of these."""
    if found is None or not found.dtype or found.family != "complex":
        return found
    width = {"complex64": "float32", "complex128": "float64"}.get(found.dtype, "float")
    return replace(found, dtype=width)


def _keyword(node: ast.Call, name: str) -> ast.expr | None:
    return next((keyword.value for keyword in node.keywords if keyword.arg == name), None)


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
