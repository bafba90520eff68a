"""Makes a `torch.autograd.Function` a Cell with `construct` and `bprop`, MindSpore's way to give a gradient by hand.

`Square.apply(x)` becomes `Square()(x)`. A Cell keeps nothing between the two: `bprop` gets the inputs, the output and
the gradient of the output. So what the context carries from `forward` to `backward` has to be an input, the output, or
something computed of the inputs' sizes.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from torch2ms.rewrite.analysis.blocks import own_nodes, own_statements
from torch2ms.rewrite.analysis.flow import bound_names
from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.plan import Template, Value
from torch2ms.rewrite.rules.shared.questions import has_stars, is_literal
from torch2ms.source import kinds as k

_NAME = "torch.autograd.Function"
_HINT = "subclass nn.Cell, write construct and bprop(self, *inputs, out, dout)"
_SAVED = frozenset({"saved_tensors", "saved_variables"})
# For torch's ONNX export; nothing calls it here.
_EXPORT = "symbolic"
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Global, ast.Nonlocal, ast.Match)
_SIZES = frozenset({"shape", "dtype", "ndim"})
_SIZE_CALLS = frozenset({"size", "dim", "numel", "len", "int", "float", "tuple"})


class _Unproven(Exception):
    """Why a class stays as it is."""


@dataclass(slots=True, eq=False)
class _Method:
    """A static method whose first parameter is the context."""

    node: ast.FunctionDef
    context: str
    params: tuple[str, ...]
    owners: dict[ast.expr, ast.stmt] = field(default_factory=dict)
    """The statement of every expression of the body."""

    @property
    def context_uses(self) -> Iterator[ast.Name]:
        """Where the body names its context."""
        for node in self.owners:
            if isinstance(node, ast.Name) and node.id == self.context:
                yield node


@dataclass(slots=True, eq=False)
class _Carried:
    """What the context takes along: tensors by position, other values by name; the statements that put them there."""

    tensors: list[ast.expr] = field(default_factory=list)
    values: dict[str, ast.expr] = field(default_factory=dict)
    stmts: list[ast.stmt] = field(default_factory=list)


def _function(ctx: FileContext, use: Use) -> bool:
    cls = next((c for c in ctx.facts.classes if use.node in c.node.bases), None)
    if cls is None:
        return False
    try:
        rewriting = _Rewriting(ctx, cls)
        applied = _applications(ctx, cls, len(rewriting.forward.params))
        rewriting.prove()
    except _Unproven as reason:
        return ctx.manual(use, "T2M401", f"a function with a backward of its own, {reason}", _HINT)
    rewriting.plan()
    ctx.replace(use.node, ctx.spell("mindspore.nn.Cell"))
    for attribute in applied:
        ctx.replace(attribute, "{cls}()", {"cls": attribute.value})
        ctx.structural(attribute, ctx.stmt(attribute), f"{_NAME}.apply", "mindspore.nn.Cell")
    if not applied:
        called = f"in other files {cls.name}.apply(…) becomes {cls.name}()(…)"
        return ctx.check(use, "mindspore.nn.Cell", called, "T2M401")
    return ctx.converted(use, "mindspore.nn.Cell")


def _applications(ctx: FileContext, cls: k.ClassInfo, inputs: int) -> list[ast.Attribute]:
    """The places that say `.apply`. The class may not be used for anything else."""
    found: list[ast.Attribute] = []
    for node, kind in ctx.facts.attributes.items():
        if k.settle(kind) == k.ClassRef(cls):
            if node.attr != "apply":
                raise _Unproven(f"whose .{node.attr} is used apart")
            call = ctx.call_of(node)
            if call is not None and (call.keywords or has_stars(call) or len(call.args) != inputs):
                raise _Unproven("called with other arguments than its forward takes")
            found.append(node)
    used = {node.value for node in found}
    for name, _ in ctx.blocks.names(cls.name):
        kind = k.settle(ctx.facts.kinds.get(name, k.UNKNOWN))
        if name not in used and (kind == k.ClassRef(cls) or kind is k.UNKNOWN or isinstance(kind, k.Var)):
            raise _Unproven("used as a value")
    return found


def _always(ctx: FileContext, body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a body that run each time, those under `with torch.no_grad()` too."""
    for stmt in body:
        yield stmt
        if isinstance(stmt, ast.With):
            calls = [item.context_expr for item in stmt.items if isinstance(item.context_expr, ast.Call)]
            callees = [k.settle(ctx.facts.calls.get(call, k.UNKNOWN)) for call in calls]
            torchs = [c for c in callees if isinstance(c, k.Ref) and ctx.know.canonical(c.name).startswith("torch.")]
            if len(torchs) == len(stmt.items):
                yield from _always(ctx, stmt.body)


class _Rewriting:
    """One class: what is to be proven of it, and its plans."""

    def __init__(self, ctx: FileContext, cls: k.ClassInfo) -> None:
        self.ctx = ctx
        self.cls = cls
        node = cls.node
        if len(node.bases) != 1 or node.keywords or node.decorator_list:
            raise _Unproven("of several classes or with a decorator")
        body = node.body[1:] if ast.get_docstring(node, clean=False) is not None else node.body
        methods = {stmt.name: stmt for stmt in body if isinstance(stmt, ast.FunctionDef)}
        if len(methods) != len(body) or methods.keys() - {_EXPORT} != {"forward", "backward"}:
            raise _Unproven("with more in it than a forward and a backward")
        self.forward = _method(ctx, methods["forward"])
        self.backward = _method(ctx, methods["backward"])
        self.returns = [s for s in own_statements(self.forward.node.body) if isinstance(s, ast.Return)]
        self.carried = _Carried()
        self.stand_ins: dict[ast.expr, Value] = {}
        self.unpacked: dict[ast.stmt, list[tuple[str, Value]]] = {}

    # ------------------------------------------------------------------ proof

    def prove(self) -> None:
        """Raise `_Unproven` unless the two methods can do without their context."""
        self._outputs()
        for name in self.forward.context_uses:
            self._carry(name)
        for name in self.backward.context_uses:
            self._fetch(name)
        self._names()
        self._gradients()

    def _outputs(self) -> None:
        """One gradient arrives for each output."""
        outputs = len(self.backward.params)
        values = [stmt.value for stmt in self.returns]
        if not values or None in values:
            raise _Unproven("whose forward returns nothing")
        counts = {len(value.elts) if isinstance(value, ast.Tuple) else 1 for value in values if value is not None}
        plain = not any(isinstance(value, ast.Tuple) for value in values)
        if counts != {outputs} or (outputs == 1 and not plain):
            raise _Unproven("whose outputs cannot be counted")

    def _carry(self, name: ast.Name) -> None:
        """A use of the context in forward: it may only take something along, always and once."""
        attribute = self.ctx.parents.of(name)
        stmt = self.forward.owners[name]
        if not isinstance(attribute, ast.Attribute) or stmt not in _always(self.ctx, self.forward.node.body):
            raise _Unproven("whose context is used in a way of its own")
        if attribute.attr == "save_for_backward":
            call = stmt.value if isinstance(stmt, ast.Expr) else None
            if not isinstance(call, ast.Call) or call.func is not attribute or call.keywords or self.carried.tensors:
                raise _Unproven("that saves tensors in a way of its own")
            self.carried.tensors = [self._kept(value) for value in call.args]
        else:
            value = self._assigned(stmt, attribute)
            if value is None or attribute.attr in self.carried.values:
                raise _Unproven(f"whose context gets {attribute.attr} in a way of its own")
            self.carried.values[attribute.attr] = self._kept(value)
        if stmt not in self.carried.stmts:
            self.carried.stmts.append(stmt)

    def _assigned(self, stmt: ast.stmt, attribute: ast.Attribute) -> ast.expr | None:
        """What a statement stores in an attribute of the context, if it stores in such attributes alone:
        `ctx.a = a`, `ctx.a = ctx.b = a`, `ctx.a, ctx.b = a, b`."""
        if not isinstance(stmt, ast.Assign):
            return None
        found: dict[ast.expr, ast.expr] = {}
        for target in stmt.targets:
            if not isinstance(target, ast.Tuple | ast.List):
                found[target] = stmt.value
            elif isinstance(stmt.value, ast.Tuple | ast.List) and len(target.elts) == len(stmt.value.elts):
                found.update(zip(target.elts, stmt.value.elts, strict=True))
            else:
                return None
        if not all(self._is_of_context(target, self.forward) for target in found):
            return None
        return found.get(attribute)

    @staticmethod
    def _is_of_context(node: ast.expr, method: _Method) -> bool:
        return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == method.context

    def _kept(self, value: ast.expr) -> ast.expr:
        """A value that bprop can have without the context."""
        if isinstance(value, ast.Name) and self._is_output(value.id):
            return value
        if not _of_inputs(value, frozenset(self.forward.params)):
            raise _Unproven(f"that keeps {ast.unparse(value)}, neither an input nor the output")
        for node in ast.walk(value):
            if isinstance(node, ast.Name) and self._changes(self.forward, node.id):
                raise _Unproven(f"that keeps {node.id} and changes it")
        return value

    def _is_output(self, name: str) -> bool:
        """Whether a name of forward is what it returns, bound once and not changed."""
        stores = [n for n in self.forward.owners if isinstance(n, ast.Name) and _is_store(n) and n.id == name]
        only = self.returns[0].value if len(self.returns) == 1 else None
        if name in self.forward.params or len(stores) != 1 or not isinstance(only, ast.Name) or only.id != name:
            return False
        return not self._changes(self.forward, name, stores[0])

    def _changes(self, method: _Method, name: str, apart_from: ast.expr | None = None) -> bool:
        """Whether a method may give a name another value, or change its value in place."""
        for node, stmt in method.owners.items():
            if not isinstance(node, ast.Name) or node.id != name or node is apart_from:
                continue
            parent = self.ctx.parents.of(node)
            if _is_store(node) or (isinstance(stmt, ast.AugAssign) and stmt.target is node):
                return True
            if isinstance(parent, ast.Attribute | ast.Subscript) and parent.value is node:
                in_place = isinstance(parent, ast.Attribute) and parent.attr.endswith("_")
                if in_place or not isinstance(parent.ctx, ast.Load):
                    return True
            if isinstance(parent, ast.Call) and any(not is_literal(kw.value, False) for kw in _in_place(parent)):
                return True
        return False

    def _fetch(self, name: ast.Name) -> None:
        """A use of the context in backward: it gives what forward put there."""
        method = self.backward
        attribute = self.ctx.parents.of(name)
        if not isinstance(attribute, ast.Attribute) or not isinstance(attribute.ctx, ast.Load):
            raise _Unproven("whose context is used in a way of its own")
        parent = self.ctx.parents.of(attribute)
        stmt = method.owners[name]
        if attribute.attr not in _SAVED:
            if attribute.attr not in self.carried.values:
                raise _Unproven(f"that reads {attribute.attr} of its context")
            value = self._input(self.carried.values[attribute.attr])
            if isinstance(stmt, ast.Assign) and stmt.value is attribute and isinstance(stmt.targets[0], ast.Name):
                self._unpack(stmt, [stmt.targets[0].id], [value])
            elif isinstance(stmt, ast.Assign) and isinstance(stmt.value, ast.Tuple) and stmt.value is parent:
                self._unpack_pairs(stmt, stmt.value)
            else:
                self.stand_ins[attribute] = value
            return
        tensors = [self._input(value) for value in self.carried.tensors]
        if isinstance(parent, ast.Subscript) and isinstance(parent.slice, ast.Constant):
            index = parent.slice.value
            if not isinstance(index, int) or not 0 <= index < len(tensors):
                raise _Unproven("that reads a tensor it has not saved")
            if isinstance(stmt, ast.Assign) and stmt.value is parent and isinstance(stmt.targets[0], ast.Name):
                self._unpack(stmt, [stmt.targets[0].id], [tensors[index]])
            else:
                self.stand_ins[parent] = tensors[index]
            return
        target = stmt.targets[0] if isinstance(stmt, ast.Assign) and stmt.value is attribute else None
        if not isinstance(target, ast.Tuple | ast.List) or len(target.elts) != len(tensors):
            raise _Unproven("that unpacks its saved tensors in a way of its own")
        assert isinstance(stmt, ast.Assign)
        names = [item.id for item in target.elts if isinstance(item, ast.Name)]
        if len(names) != len(tensors):
            raise _Unproven("that unpacks its saved tensors in a way of its own")
        self._unpack(stmt, names, tensors)

    def _unpack_pairs(self, stmt: ast.Assign, given: ast.Tuple) -> None:
        """`a, b = ctx.a, ctx.b`."""
        target = stmt.targets[0]
        names = [item.id for item in getattr(target, "elts", ()) if isinstance(item, ast.Name)]
        values: list[Value] = []
        for item in given.elts:
            if not self._is_of_context(item, self.backward) or not isinstance(item, ast.Attribute):
                raise _Unproven("that unpacks its context in a way of its own")
            if item.attr not in self.carried.values:
                raise _Unproven(f"that reads {item.attr} of its context")
            values.append(self._input(self.carried.values[item.attr]))
        if len(names) != len(values) or len(names) != len(getattr(target, "elts", ())):
            raise _Unproven("that unpacks its context in a way of its own")
        self._unpack(stmt, names, values)

    def _unpack(self, stmt: ast.Assign, names: Sequence[str], values: Sequence[Value]) -> None:
        if len(stmt.targets) != 1:
            raise _Unproven("that unpacks its saved tensors in a way of its own")
        self.unpacked[stmt] = [pair for pair in zip(names, values, strict=True) if pair[0] != pair[1]]

    def _input(self, value: ast.expr) -> Value:
        """What bprop calls a carried value."""
        if isinstance(value, ast.Name):
            return value.id if value.id in self.forward.params else "out"
        return value

    def _names(self) -> None:
        """The inputs' names mean the inputs all through bprop."""
        inputs = (*self.forward.params, "out")
        taken = {node.id for node in self.backward.owners if isinstance(node, ast.Name) and _is_store(node)}
        taken |= set(self.backward.params).union(*map(bound_names, self.backward.node.body))
        for stmt, pairs in self.unpacked.items():
            kept = bound_names(stmt) - {name for name, _ in pairs}
            others = [s for s in own_statements(self.backward.node.body) if s is not stmt and not hasattr(s, "body")]
            taken -= {name for name in kept if not any(name in bound_names(s) for s in others)}
        clash = sorted(taken & set(inputs))
        if clash:
            raise _Unproven(f"whose backward binds {clash[0]} anew")
        if "self" in (*inputs, *taken) or "out" in self.forward.params:
            raise _Unproven("with a parameter called self or out")
        if len(self.backward.params) > 1 and "grads" in (*taken, *self.forward.params):
            raise _Unproven("with a variable called grads")

    def _gradients(self) -> None:
        """Backward returns one gradient for each input."""
        inputs = len(self.forward.params)
        found = [s for s in own_statements(self.backward.node.body) if isinstance(s, ast.Return)]
        if not found:
            raise _Unproven("whose backward returns nothing")
        for stmt in found:
            value = stmt.value
            if isinstance(value, ast.Tuple):
                fits = len(value.elts) == inputs and not any(isinstance(e, ast.Starred) for e in value.elts)
            else:
                fits = inputs == 1 and value is not None and self.ctx.kind(value) in k.TENSORS
            if not fits:
                raise _Unproven("whose gradients cannot be counted")

    # ------------------------------------------------------------------ plans

    def plan(self) -> None:
        """Plan the new methods."""
        ctx = self.ctx
        for method in (self.forward, self.backward):
            for index, decorator in enumerate(method.node.decorator_list):
                if isinstance(decorator, ast.Name) and decorator.id == "staticmethod":
                    ctx.drop_decorator(method.node, index)
        ctx.rename_def(self.forward.node, "construct")
        ctx.rename_param(self.forward.node, self.forward.context, "self", bare=True)
        annotation = self.forward.node.args.args[0].annotation
        if annotation is not None:
            ctx.drop_inside(annotation)
        for stmt in self.carried.stmts:
            ctx.delete_stmt(stmt)
        for method in (self.forward, self.backward):
            for name in method.context_uses:
                attribute = self.ctx.parents.of(name)
                assert isinstance(attribute, ast.Attribute)
                ctx.structural(
                    attribute, method.owners[name], f"{_NAME}Ctx.{attribute.attr}", "mindspore.nn.Cell.bprop"
                )
        grads = self.backward.params
        last = grads[0] if len(grads) == 1 else "grads"
        ctx.replace_stmt(self.backward.node, f"def bprop(self, {', '.join(self.forward.params)}, out, {last}):")
        if len(grads) > 1:
            ctx.insert(self.backward.node, "body", Template(f"{', '.join(grads)} = grads"))
        for node, value in self.stand_ins.items():
            ctx.replace(node, Template("{v}", {"v": value}))
        for stmt, pairs in self.unpacked.items():
            self._plan_unpacked(stmt, pairs)
        for stmt in own_statements(self.backward.node.body):
            if isinstance(stmt, ast.Return) and stmt.value is not None and not isinstance(stmt.value, ast.Tuple):
                ctx.replace_stmt(stmt, "return ({gradient},)", {"gradient": stmt.value})
                if all(use.node is not stmt.value for use in ctx.sites()):
                    ctx.structural(stmt.value, stmt, f"{_NAME}.backward", "mindspore.nn.Cell.bprop")

    def _plan_unpacked(self, stmt: ast.stmt, pairs: Sequence[tuple[str, Value]]) -> None:
        if not pairs:
            self.ctx.delete_stmt(stmt)
            return
        values: Mapping[str, Value] = {f"v{i}": value for i, (_, value) in enumerate(pairs)}
        names = ", ".join(name for name, _ in pairs)
        self.ctx.replace_stmt(stmt, f"{names} = {', '.join(f'{{{key}}}' for key in values)}", values)


def _is_about_autocast(ctx: FileContext, decorator: ast.expr) -> bool:
    """Whether a decorator says what an autocast does to a method, and nothing without one."""
    callee = decorator.func if isinstance(decorator, ast.Call) else decorator
    return ctx.know.canonical(ctx.facts.refs.get(callee, "")).endswith((".amp.custom_fwd", ".amp.custom_bwd"))


def _method(ctx: FileContext, node: ast.FunctionDef) -> _Method:
    """A method as torch wants it: static, the context first, then plain parameters."""
    args = node.args
    decorators = [decorator for decorator in node.decorator_list if not _is_about_autocast(ctx, decorator)]
    if [d.id for d in decorators if isinstance(d, ast.Name)] != ["staticmethod"] or len(decorators) != 1:
        raise _Unproven(f"whose {node.name} is no plain static method")
    if args.vararg or args.kwarg or args.kwonlyargs or args.defaults or len(args.args) < 2 or args.posonlyargs:
        raise _Unproven(f"whose {node.name} has other parameters than plain ones")
    names = [arg.arg for arg in args.args]
    method = _Method(node, names[0], tuple(names[1:]))
    for stmt in own_statements(node.body):
        own = [item for item in own_nodes(stmt) if isinstance(item, ast.expr)]
        method.owners.update(dict.fromkeys(own, stmt))
        if isinstance(stmt, _SCOPES) or any(isinstance(item, ast.Lambda) for item in own):
            raise _Unproven(f"whose {node.name} has definitions in it")
    return method


def _of_inputs(value: ast.expr, inputs: frozenset[str]) -> bool:
    """Whether an expression is an input, or a number of them and their sizes: the same whenever it is computed."""
    match value:
        case ast.Constant():
            return True
        case ast.Name(id=name):
            return name in inputs
        case ast.Attribute(value=inner, attr=attr):
            return attr in _SIZES and _of_inputs(inner, inputs)
        case ast.Subscript(value=inner, slice=index):
            return isinstance(inner, (ast.Attribute, ast.Call)) and all(_of_inputs(v, inputs) for v in (inner, index))
        case ast.UnaryOp(operand=inner):
            return _of_inputs(inner, inputs)
        case ast.BinOp(left=left, right=right):
            return _of_inputs(left, inputs) and _of_inputs(right, inputs)
        case ast.Tuple(elts=items):
            return all(_of_inputs(item, inputs) for item in items)
        case ast.Call(func=ast.Attribute(value=inner, attr=attr), args=args, keywords=[]):
            return attr in _SIZE_CALLS and all(_of_inputs(v, inputs) for v in (inner, *args))
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]):
            return name in _SIZE_CALLS and all(_of_inputs(v, inputs) for v in args)
    return False


def _in_place(call: ast.Call) -> list[ast.keyword]:
    return [kw for kw in call.keywords if kw.arg == "inplace"]


def _is_store(node: ast.Name) -> bool:
    return not isinstance(node.ctx, ast.Load)


RULE = Rule(sites={_NAME: _function})
