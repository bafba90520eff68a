"""One abstract run over a file: what every name means and what kind every value has.

The run follows the statements in order with an environment per scope, so that imports, shadowing, reassignment and
`isinstance` tests come out as Python would see them. Functions are run with the kinds their callers in this file pass.
It is repeated until nothing new is learned (three rounds at most).
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from torch2ms.source import kinds as k
from torch2ms.source import members as m
from torch2ms.source.knowledge import Knowledge, is_torch
from torch2ms.source.neighbours import Neighbours, qualified

FunctionNode: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
_ROUNDS = 3


class Env:
    """The names of one scope."""

    __slots__ = ("parent", "vars")

    def __init__(self, parent: Env | None, names: dict[str, k.Kind] | None = None) -> None:
        self.vars: dict[str, k.Kind] = {} if names is None else names
        self.parent = parent

    def get(self, name: str) -> k.Kind | None:
        """The kind bound to a name, here or outside."""
        env: Env | None = self
        while env is not None:
            found = env.vars.get(name)
            if found is not None:
                return found
            env = env.parent
        return None


@dataclass(slots=True)
class Facts:
    """What is known of a file after the run."""

    tree: ast.Module
    kinds: dict[ast.AST, k.Kind] = field(default_factory=dict)
    refs: dict[ast.expr, str] = field(default_factory=dict)
    """Maximal references to APIs by import, with their qualified names (not canonical ones)."""
    attributes: dict[ast.Attribute, k.Kind] = field(default_factory=dict)
    """Attributes of values, with the kind of the receiver."""
    calls: dict[ast.Call, k.Kind] = field(default_factory=dict)
    """Calls, with the kind of what is called."""
    stmts: dict[ast.expr, ast.stmt] = field(default_factory=dict)
    """The statement of every recorded reference, attribute and call."""
    import_names: dict[ast.Name, str] = field(default_factory=dict)
    """Names that an import binds, with the qualified name."""
    owners: dict[ast.stmt, k.FuncInfo | None] = field(default_factory=dict)
    classes: list[k.ClassInfo] = field(default_factory=list)
    functions: list[k.FuncInfo] = field(default_factory=list)
    bound: set[str] = field(default_factory=set)
    """Every identifier bound anywhere, imports apart."""
    imports: list[ast.Import | ast.ImportFrom] = field(default_factory=list)
    stars: list[ast.ImportFrom] = field(default_factory=list)
    passed_on: dict[ast.alias, str] = field(default_factory=dict)
    """Torch names that an import takes from another file of the package, which imports them itself."""
    passed_on_by_star: dict[str, str] = field(default_factory=dict)
    unbound: set[str] = field(default_factory=set)
    """In a file with star imports: names nothing was seen to bind where they are used, builtins among them."""

    def kind(self, node: ast.AST) -> k.Kind:
        """The kind of an expression, UNKNOWN when nothing is known."""
        return k.known(self.kinds.get(node, k.UNKNOWN))


def is_module_class(cls: k.ClassInfo, knowledge: Knowledge) -> bool:
    """Whether a class of the file derives from a torch module class."""
    return any(c.module for c in cls.mro()) or any(knowledge.is_layer(knowledge.canonical(b)) for b in cls.torch_bases)


class Inference:
    """The abstract interpreter. `run` returns the facts."""

    def __init__(self, tree: ast.Module, knowledge: Knowledge, neighbours: Neighbours | None = None) -> None:
        self.tree = tree
        self.know = knowledge
        self.neighbours = neighbours
        self.facts = Facts(tree)
        self.module_env = Env(None)
        self.env = self.module_env
        self.func: k.FuncInfo | None = None
        self.stmt: ast.stmt = tree.body[0] if tree.body else ast.Pass()
        self.changed = False
        self.infos: dict[ast.AST, k.FuncInfo] = {}
        self.class_infos: dict[ast.ClassDef, k.ClassInfo] = {}
        self.vars: dict[tuple[int, str], k.Var] = {}
        self.returns: list[k.Kind] = []
        self.queue: list[tuple[k.FuncInfo, Env]] = []
        self.inner: set[ast.expr] = set()
        self.seen: set[str] = set()
        """Torch names of the file, of all rounds so far."""
        self.asked_for_names = False
        self.in_module = False
        self.in_forward = False
        self.arrays = _imports_arrays(tree)
        self._expr: dict[type, Callable[..., k.Kind]] = {
            ast.Name: self._name,
            ast.Attribute: self._attribute,
            ast.Call: self._call,
            ast.Constant: self._constant,
            ast.BinOp: self._binop,
            ast.UnaryOp: self._unary,
            ast.BoolOp: self._boolop,
            ast.Compare: self._compare,
            ast.Subscript: self._subscript,
            ast.Tuple: self._tuple,
            ast.List: self._list,
            ast.Set: self._set,
            ast.Dict: self._dict,
            ast.IfExp: self._ifexp,
            ast.Lambda: self._lambda,
            ast.ListComp: self._comprehension,
            ast.SetComp: self._comprehension,
            ast.GeneratorExp: self._comprehension,
            ast.DictComp: self._dictcomp,
            ast.JoinedStr: self._joined,
            ast.Starred: self._starred,
            ast.NamedExpr: self._walrus,
        }
        self._stmt: dict[type, Callable[..., None]] = {
            ast.Expr: self._expr_stmt,
            ast.Assign: self._assign,
            ast.AnnAssign: self._annassign,
            ast.AugAssign: self._augassign,
            ast.Return: self._return,
            ast.If: self._if,
            ast.For: self._for,
            ast.AsyncFor: self._for,
            ast.While: self._while,
            ast.With: self._with,
            ast.AsyncWith: self._with,
            ast.Try: self._try,
            ast.FunctionDef: self._def,
            ast.AsyncFunctionDef: self._def,
            ast.ClassDef: self._class,
            ast.Import: self._import,
            ast.ImportFrom: self._import_from,
        }

    # ------------------------------------------------------------------ driving

    def run(self) -> Facts:
        """Repeat the run until nothing changes, then hand out the facts of the last one."""
        for _ in range(_ROUNDS):
            self.changed = False
            facts = self.facts
            for table in (facts.kinds, facts.refs, facts.attributes, facts.calls, facts.import_names):
                table.clear()
            facts.imports.clear()
            facts.stars.clear()
            facts.functions.clear()
            facts.classes.clear()
            self.inner.clear()
            self.module_env = self.env = Env(None)
            self.func = None
            self.in_module = False
            for cls in self.class_infos.values():
                cls.fresh = {}
            self.block(self.tree.body)
            while self.queue:
                info, env = self.queue.pop(0)
                self.run_function(info, env)
            self._settle_round()
            names = set(self.facts.refs.values())
            if not names <= self.seen:
                self.seen |= names
                self.changed = self.changed or self.asked_for_names
            if not self.changed:
                break
        for node in self.inner:
            self.facts.refs.pop(node, None)
        return self.facts

    def _settle_round(self) -> None:
        for cls in self.class_infos.values():
            for name, kind in cls.fresh.items():
                if k.settle(cls.attrs.get(name, k.NONE)) != k.settle(kind):
                    cls.attrs[name] = kind
                    self.changed = True
        for info in self.infos.values():
            for kind in info.params.values():
                if not isinstance(kind, k.Var) or kind.settled is not None:
                    continue
                passed = [k.known(c) for c in kind.calls]
                default = kind.default
                if default is not None and default is not k.NONE and not isinstance(default, (k.Ref, k.StoredApi)):
                    passed.append(default)
                if not passed:
                    continue
                merged = k.join_all(passed)
                if merged is not k.UNKNOWN and merged is not k.NONE:
                    kind.settled = merged
                    self.changed = True

    # ------------------------------------------------------------------ functions and classes

    def run_function(self, info: k.FuncInfo, env: Env) -> None:
        """Run the body of a function with what is known of its parameters."""
        node = info.node
        if isinstance(node, ast.Lambda):
            return
        outer = (self.env, self.func, self.returns, self.in_module, self.in_forward)
        self.env = Env(env, dict(info.params))
        self.func = info
        self.returns = []
        self.in_module = info.cls is not None and is_module_class(info.cls, self.know)
        self.in_forward = self.in_module and _is_forward(node)
        self.facts.functions.append(info)
        self.block(node.body)
        if node.returns is None or info.returns is k.UNKNOWN:
            result = k.join_all(self.returns) if self.returns else k.NONE
            if info.generator:
                result = k.Seq("generator")
            result = k.known(result)
            if result != info.returns:
                info.returns = result
                self.changed = True
        self.env, self.func, self.returns, self.in_module, self.in_forward = outer

    def _info(self, node: FunctionNode, cls: k.ClassInfo | None) -> k.FuncInfo:
        info = self.infos.get(node)
        if info is not None:
            return info
        names = tuple(_dotted(d.func if isinstance(d, ast.Call) else d) for d in node.decorator_list)
        not_tensors = self._not_tensors(node)
        with_context = cls is not None and node.name in ("forward", "backward") and self.is_autograd_function(cls)
        info = k.FuncInfo(
            node,
            cls,
            # Its context stands for the object: what is stored in it here is read there.
            static="staticmethod" in names and not with_context,
            is_property="property" in names or any(n.endswith("cached_property") for n in names),
            generator=_is_generator(node),
            decorators=names,
        )
        self.infos[node] = info
        if node.returns is not None:
            info.returns = self.annotation(node.returns)
        args = node.args
        ordered = [*args.posonlyargs, *args.args]
        weak = cls is not None and is_module_class(cls, self.know) and _is_forward(node)
        defaults: list[ast.expr | None] = [None] * (len(ordered) - len(args.defaults)) + list(args.defaults)
        for index, (arg, default) in enumerate(zip(ordered, defaults, strict=True)):
            if index == 0 and cls is not None and not info.static:
                if "classmethod" in names or node.name in ("__new__", "__init_subclass__"):
                    info.params[arg.arg] = k.ClassRef(cls)
                elif is_module_class(cls, self.know):
                    info.params[arg.arg] = k.Module((cls,))
                else:
                    info.params[arg.arg] = k.Instance(cls)
                continue
            if with_context and node.name == "backward":
                info.params[arg.arg] = k.TENSOR
                continue
            info.params[arg.arg] = self._param(arg, default, weak, not_tensors)
        for arg, default in zip(args.kwonlyargs, args.kw_defaults, strict=True):
            info.params[arg.arg] = self._param(arg, default, weak, not_tensors)
        if args.vararg is not None:
            elem = self.annotation(args.vararg.annotation) if args.vararg.annotation else k.UNKNOWN
            info.params[args.vararg.arg] = k.Seq("tuple", elem)
        if args.kwarg is not None:
            info.params[args.kwarg.arg] = k.Mapping_(k.UNKNOWN)
        return info

    def is_autograd_function(self, cls: k.ClassInfo) -> bool:
        """Whether a class of the file has a forward and a backward of its own."""
        return any(self.know.canonical(base) == "torch.autograd.Function" for base in cls.torch_bases)

    def _not_tensors(self, node: FunctionNode) -> frozenset[str]:
        """Names of which the function reads an attribute that no tensor has."""
        found: set[str] = set()
        stack: list[ast.AST] = list(node.body)
        while stack:
            item = stack.pop()
            if isinstance(item, ast.Attribute) and isinstance(item.value, ast.Name):
                if item.attr not in self.know.tensor_members:
                    found.add(item.value.id)
            stack.extend(ast.iter_child_nodes(item))
        return frozenset(found)

    def _param(self, arg: ast.arg, default: ast.expr | None, weak: bool, not_tensors: frozenset[str]) -> k.Kind:
        annotated = self.annotation(arg.annotation) if arg.annotation is not None else k.UNKNOWN
        if annotated is not k.UNKNOWN:
            return annotated
        kind = None if default is None else _as_value(k.known(self.facts.kinds.get(default, k.UNKNOWN)))
        if isinstance(kind, k.StoredApi):
            return k.StoredApi(kind.name, True)
        not_tensor = arg.arg in not_tensors
        return k.Var(weak=weak and not not_tensor, default=None if kind is k.UNKNOWN else kind, not_tensor=not_tensor)

    def annotation(self, node: ast.expr) -> k.Kind:
        """The kind an annotation promises; UNKNOWN when it promises several."""
        if isinstance(node, ast.Constant):
            if node.value is None:
                return k.NONE
            if isinstance(node.value, str):
                try:
                    node = ast.parse(node.value, mode="eval").body
                except SyntaxError:
                    return k.UNKNOWN
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            return k.join(self.annotation(node.left), self.annotation(node.right))
        if isinstance(node, ast.Subscript):
            head = _dotted(node.value).rpartition(".")[2]
            inner = node.slice
            parts = list(inner.elts) if isinstance(inner, ast.Tuple) else [inner]
            if head == "Optional":
                return self.annotation(parts[0])
            if head == "Union":
                return k.join_all(self.annotation(p) for p in parts)
            if head in ("List", "list", "Sequence", "Iterable", "Set", "set"):
                return k.Seq("list", self.annotation(parts[0]))
            if head in ("Tuple", "tuple"):
                if len(parts) == 2 and isinstance(parts[1], ast.Constant) and parts[1].value is ...:
                    return k.Seq("tuple", self.annotation(parts[0]))
                items = tuple(self.annotation(p) for p in parts)
                return k.Seq("tuple", k.join_all(items), items)
            if head in ("Dict", "dict", "Mapping", "OrderedDict") and len(parts) == 2:
                return k.Mapping_(self.annotation(parts[1]))
            if head == "Final":
                return self.annotation(parts[0])
            return k.UNKNOWN
        builtin = _ANNOTATIONS.get(_dotted(node))
        if builtin is not None:
            return builtin
        kind = self.peek(node)
        if isinstance(kind, (k.Ref, k.StoredApi)):
            name = self.know.canonical(kind.name)
            if name in ("torch.Tensor", "torch.nn.Parameter", "torch.dtype", "torch.device", "torch.Size"):
                return {
                    "torch.Tensor": k.TENSOR,
                    "torch.nn.Parameter": k.PARAMETER,
                    "torch.dtype": k.DTYPE,
                    "torch.device": k.DEVICE,
                    "torch.Size": k.SHAPE,
                }[name]
            if name == "numpy.ndarray":
                return k.NDARRAY
            if name.startswith("torch.") and name.endswith("Tensor"):
                return k.TENSOR
            if self.know.is_layer(name):
                return k.Module((name,)) if name != "torch.nn.Module" else k.Module()
            return self._neighbour(name)
        if isinstance(kind, k.ClassRef):
            return k.Module((kind.cls,)) if is_module_class(kind.cls, self.know) else k.Instance(kind.cls)
        return k.UNKNOWN

    def peek(self, node: ast.expr) -> k.Kind:
        """The kind of a dotted name, without recording anything."""
        if isinstance(node, ast.Name):
            return k.settle(self.env.get(node.id) or k.UNKNOWN)
        if isinstance(node, ast.Attribute):
            base = self.peek(node.value)
            if isinstance(base, k.Ref):
                return k.Ref(f"{base.name}.{node.attr}")
        return k.UNKNOWN

    # ------------------------------------------------------------------ statements

    def block(self, body: Sequence[ast.stmt]) -> None:
        """Run statements in order."""
        handlers = self._stmt
        for stmt in body:
            self.stmt = stmt
            self.facts.owners[stmt] = self.func
            handler = handlers.get(type(stmt))
            if handler is not None:
                handler(stmt)
            else:
                for child in ast.iter_child_nodes(stmt):
                    if isinstance(child, ast.expr):
                        self.ev(child)
                    elif isinstance(child, ast.match_case):
                        self.block(child.body)

    def _expr_stmt(self, stmt: ast.Expr) -> None:
        self.ev(stmt.value)

    def _return(self, stmt: ast.Return) -> None:
        self.returns.append(k.NONE if stmt.value is None else self.ev(stmt.value))

    def _assign(self, stmt: ast.Assign) -> None:
        kind = self.ev(stmt.value)
        for target in stmt.targets:
            self.bind(target, kind, stmt.value)

    def _annassign(self, stmt: ast.AnnAssign) -> None:
        self.ev(stmt.annotation)
        promised = self.annotation(stmt.annotation)
        if stmt.value is not None:
            kind = self.ev(stmt.value)
            if k.known(kind) in (k.UNKNOWN, k.NONE) and promised is not k.UNKNOWN:
                kind = promised
            self.bind(stmt.target, kind, stmt.value)
        elif isinstance(stmt.target, ast.Name):
            self.env.vars[stmt.target.id] = promised
        elif isinstance(stmt.target, ast.Attribute):
            self.ev(stmt.target)

    def _augassign(self, stmt: ast.AugAssign) -> None:
        right = self.ev(stmt.value)
        left = self.ev(stmt.target)
        result = self.arithmetic(left, right, stmt.op)
        if k.settle(left) in (k.PARAMETER, k.BUFFER):
            result = k.settle(left)
        if isinstance(stmt.target, ast.Name):
            self.facts.bound.add(stmt.target.id)
            self.env.vars[stmt.target.id] = self._open_result(result, left, right, stmt.op, stmt.target)

    def _if(self, stmt: ast.If) -> None:
        self.ev(stmt.test)
        before = self.env.vars
        then = dict(before)
        self.env.vars = then
        self.narrow(stmt.test, True)
        self.block(stmt.body)
        then = self.env.vars
        self.stmt = stmt
        other = dict(before)
        self.env.vars = other
        self.narrow(stmt.test, False)
        self.block(stmt.orelse)
        other = self.env.vars
        if _leaves(stmt.body):
            self.env.vars = other
        elif stmt.orelse and _leaves(stmt.orelse):
            self.env.vars = then
        else:
            self.env.vars = self._merge(then, other, stmt)

    def _merge(self, a: dict[str, k.Kind], b: dict[str, k.Kind], at: ast.AST) -> dict[str, k.Kind]:
        merged: dict[str, k.Kind] = {}
        for name in a.keys() | b.keys():
            left, right = a.get(name), b.get(name)
            if left is None or right is None:
                merged[name] = left or right or k.UNKNOWN
            elif left is right:
                merged[name] = left
            else:
                merged[name] = self._open(k.join(left, right), at, name, (left, right))
        return merged

    def _loop(
        self, body: Sequence[ast.stmt], orelse: Sequence[ast.stmt], at: ast.stmt, target: Callable[[], None]
    ) -> None:
        before = dict(self.env.vars)
        target()
        self.block(body)
        after = self._merge(before, self.env.vars, at)
        if any(k.settle(after[n]) != k.settle(v) for n, v in before.items()):
            self.env.vars = dict(after)
            self.stmt = at
            target()
            self.block(body)
            after = self._merge(after, self.env.vars, at)
        self.env.vars = after
        self.block(orelse)

    def _for(self, stmt: ast.For | ast.AsyncFor) -> None:
        iterable = self.ev(stmt.iter)
        elem = self.element(iterable)
        self._loop(stmt.body, stmt.orelse, stmt, lambda: self.bind(stmt.target, elem, None))
        sought = _sought(stmt)
        if sought is not None:
            self.narrow(sought, True)

    def _while(self, stmt: ast.While) -> None:
        def test() -> None:
            self.ev(stmt.test)

        self._loop(stmt.body, stmt.orelse, stmt, test)

    def _with(self, stmt: ast.With | ast.AsyncWith) -> None:
        for item in stmt.items:
            kind = self.ev(item.context_expr)
            if item.optional_vars is not None:
                self.bind(item.optional_vars, kind if isinstance(kind, k.Instance) else k.UNKNOWN, None)
        self.block(stmt.body)

    def _try(self, stmt: ast.Try) -> None:
        self.block(stmt.body)
        after = self.env.vars
        for handler in stmt.handlers:
            self.stmt = stmt
            if handler.type is not None:
                self.ev(handler.type)
            self.env.vars = dict(after)
            if handler.name is not None:
                self.facts.bound.add(handler.name)
                self.env.vars[handler.name] = k.OTHER
            self.block(handler.body)
            if not _leaves(handler.body):
                merged: dict[str, k.Kind] = {}
                for name in after.keys() | self.env.vars.keys():
                    left, right = after.get(name), self.env.vars.get(name)
                    if isinstance(left, k.Ref):
                        merged[name] = left
                    elif left is None or right is None or left is right:
                        merged[name] = left or right or k.UNKNOWN
                    else:
                        merged[name] = self._open(k.join(left, right), stmt, name)
                after = merged
        self.env.vars = after
        self.block(stmt.orelse)
        self.block(stmt.finalbody)

    def _header(self, node: FunctionNode) -> None:
        """Run what a definition evaluates at once: decorators, defaults, annotations."""
        for decorator in node.decorator_list:
            self.ev(decorator)
        args = node.args
        for default in (*args.defaults, *args.kw_defaults):
            if default is not None:
                self.ev(default)
        for arg in (*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg, args.kwarg):
            if arg is not None:
                self.facts.bound.add(arg.arg)
                if arg.annotation is not None:
                    self.ev(arg.annotation)
        if node.returns is not None:
            self.ev(node.returns)

    def _def(self, stmt: FunctionNode) -> None:
        self._header(stmt)
        info = self._info(stmt, None)
        self.facts.bound.add(stmt.name)
        self.env.vars[stmt.name] = k.FuncRef(info)
        self.queue.append((info, self.env))

    def _class(self, stmt: ast.ClassDef) -> None:
        for decorator in stmt.decorator_list:
            self.ev(decorator)
        bases = tuple(_as_value(self.ev(b)) for b in stmt.bases)
        for keyword in stmt.keywords:
            self.ev(keyword.value)
        info = self.class_infos.get(stmt)
        if info is None:
            info = self.class_infos[stmt] = k.ClassInfo(stmt, bases)
            self._look_for_module(info)
            self.changed = True
        self.facts.classes.append(info)
        self.facts.bound.add(stmt.name)
        outer = self.env
        outer.vars[stmt.name] = k.ClassRef(info)
        self.env = Env(outer)
        methods: list[k.FuncInfo] = []
        for child in stmt.body:
            self.stmt = child
            self.facts.owners[child] = self.func
            if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
                self._method(child, info, methods)
            else:
                self.block([child])
        for name, kind in self.env.vars.items():
            if name not in info.methods:
                info.fresh[name] = _as_value(kind)
        self.env = outer
        methods.sort(key=lambda f: getattr(f.node, "name", "") != "__init__")
        self.queue.extend((f, outer) for f in methods)

    def _look_for_module(self, cls: k.ClassInfo) -> None:
        """Whether a class derived from a class of another file is a module, as far as this file shows."""
        bases = [b for c in cls.mro() for b in c.bases if isinstance(b, (k.Ref, k.StoredApi))]
        if any(is_torch(b.name) for b in bases) or not any(map(is_foreign, bases)):
            return
        found = [self._outer_bases(b.name) for b in bases if is_foreign(b)]
        if any(self._layers(outer) for outer in found):
            cls.module = True
            return
        if all(outer is not None and not any(is_foreign(k.Ref(o)) for o in outer) for outer in found):
            return
        forward = next((s for s in cls.node.body if isinstance(s, ast.FunctionDef) and s.name == "forward"), None)
        if forward is None or (
            forward.decorator_list and _dotted(forward.decorator_list[0]) in ("staticmethod", "classmethod")
        ):
            return
        cls.module = True
        cls.assumed = not any(self._shows_module(node) for node in ast.walk(cls.node))

    def _outer_bases(self, name: str) -> tuple[str, ...] | None:
        """What a class of another file derives from, outside of the package; None when it cannot be found."""
        return None if self.neighbours is None else self.neighbours.bases(name)

    def _layers(self, bases: tuple[str, ...] | None) -> tuple[str, ...]:
        """The module classes of torch among base classes."""
        return tuple(name for base in bases or () if self.know.is_layer(name := self.know.canonical(base)))

    def _neighbour(self, name: str) -> k.Kind:
        """The kind of instances of a class of another file: a module, or nothing known."""
        layers = self._layers(self._outer_bases(name))
        if not layers:
            return k.UNKNOWN
        return k.Module(tuple(layer for layer in layers if layer != "torch.nn.Module"))

    def _shows_module(self, node: ast.AST) -> bool:
        """Whether a node is something only a module does: `self.fc = nn.Linear(…)`, `self.register_buffer(…)`."""
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            target = node.targets[0]
            if isinstance(target, ast.Attribute) and _dotted(target.value) == "self":
                made = self.peek(node.value.func)
                if isinstance(made, k.Ref):
                    name = self.know.canonical(made.name)
                    return self.know.is_layer(name) or name == "torch.nn.Parameter"
                return isinstance(made, k.ClassRef) and is_module_class(made.cls, self.know)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self":
            return node.attr in m.MODULE_EVIDENCE or node.attr == "training"
        return False

    def _method(self, node: FunctionNode, cls: k.ClassInfo, methods: list[k.FuncInfo]) -> None:
        self.facts.owners[node] = self.func
        self._header(node)
        info = self._info(node, cls)
        cls.methods[node.name] = info
        self.env.vars[node.name] = k.FuncRef(info)
        methods.append(info)

    def _import(self, stmt: ast.Import) -> None:
        self.facts.imports.append(stmt)
        for alias in stmt.names:
            if alias.asname:
                self.env.vars[alias.asname] = k.Ref(alias.name)
            else:
                root = alias.name.partition(".")[0]
                self.env.vars[root] = k.Ref(root)

    def _import_from(self, stmt: ast.ImportFrom) -> None:
        self.facts.imports.append(stmt)
        for alias in stmt.names:
            if alias.name == "*":
                if not stmt.level:
                    self.facts.stars.append(stmt)
                self._star(qualified(stmt.level, stmt.module))
                continue
            name = qualified(stmt.level, stmt.module, alias.name)
            outer = None if self.neighbours is None or is_torch(name) else self.neighbours.imported(name)
            if outer is not None and is_torch(outer):
                self.facts.passed_on[alias] = name = outer
            self.env.vars[alias.asname or alias.name] = k.Ref(name)

    def _star(self, module: str) -> None:
        """`from torch.nn import *` binds every known public name of the module."""
        if not is_torch(module):
            if self.neighbours is None:
                return
            self.facts.bound |= self.neighbours.star_names(module)
            for local, outer in self.neighbours.star(module).items():
                if is_torch(outer):
                    self.env.vars[local] = k.Ref(outer)
                    self.facts.passed_on_by_star[local] = outer
            return
        prefix = module + "."
        for name in (*self.know.tables.torch_signatures, *self.know.tables.rows):
            if name.startswith(prefix):
                rest = name[len(prefix) :]
                if "." not in rest and not rest.startswith("_"):
                    self.env.vars.setdefault(rest, k.Ref(name))

    # ------------------------------------------------------------------ binding

    def bind(self, target: ast.expr, kind: k.Kind, value: ast.expr | None) -> None:
        """Assign a kind to a target."""
        if _unseen(kind):
            kind = k.UNKNOWN  # what `outputs.loc` is, its uses will tell
        if isinstance(target, ast.Name):
            self.facts.bound.add(target.id)
            kind = _as_value(kind)
            self.env.vars[target.id] = self._open(kind, target, target.id)
            self.facts.kinds[target] = self.env.vars[target.id]
        elif isinstance(target, (ast.Tuple, ast.List)):
            kind = k.settle(kind)
            items: Sequence[k.Kind] | None = None
            if isinstance(kind, k.Seq) and kind.items is not None and len(kind.items) == len(target.elts):
                items = kind.items
            elif isinstance(kind, k.Named) and len(kind.fields) == len(target.elts):
                items = [k.TENSOR] * len(target.elts)
            elem = self.element(kind)
            for index, item in enumerate(target.elts):
                if isinstance(item, ast.Starred):
                    self.bind(item.value, k.Seq("list", elem), None)
                else:
                    self.bind(item, items[index] if items is not None else elem, None)
        elif isinstance(target, ast.Attribute):
            receiver = self.ev(target.value)
            self._record_attribute(target, receiver)
            receiver = k.settle(receiver)
            self.facts.kinds[target] = kind
            if isinstance(receiver, k.Module | k.Instance):
                classes = receiver.classes if isinstance(receiver, k.Module) else (receiver.cls,)
                for cls in classes:
                    if isinstance(cls, k.ClassInfo):
                        self._set_attr(cls, target.attr, _as_value(kind), target)
        elif isinstance(target, ast.Starred):
            self.bind(target.value, k.Seq("list"), None)
        else:
            self.ev(target)

    def _set_attr(self, cls: k.ClassInfo, name: str, kind: k.Kind, at: ast.AST) -> None:
        kind = self._open(kind, at, name)
        old = cls.fresh.get(name)
        if old is not None:
            if k.settle(old) is k.BUFFER and k.is_tensor(kind):
                return
            if k.settle(old) is k.PARAMETER and k.settle(kind) is k.NONE:
                return
            kind = k.join(old, kind)
        cls.fresh[name] = kind
        if name not in cls.attrs:
            cls.attrs[name] = kind
            self.changed = True

    def _open(
        self, kind: k.Kind, at: ast.AST, name: str, origin: tuple[k.Kind, ...] = (), likely: bool = False
    ) -> k.Kind:
        """An unknown kind becomes a variable that later uses may settle.

        `origin`: values that are tensors if it is; it is likely a tensor where all of them are, or when told so.
        """
        if kind is not k.UNKNOWN:
            return kind
        key = (id(at), name)
        var = self.vars.get(key)
        if var is None:
            var = self.vars[key] = k.Var()
        if origin and var.settled is None:
            var.origin = tuple(o for o in map(k.settle, origin) if isinstance(o, k.Var) and o is not var)
            var.weak = likely or (
                bool(var.origin) and all(o is var or o in k.TENSORS or _likely(o) for o in map(k.settle, origin))
            )
        return k.settle(var)

    def _open_result(self, result: k.Kind, left: k.Kind, right: k.Kind, op: ast.operator, at: ast.AST) -> k.Kind:
        """The unknown result of an operator: if it is a tensor, so is the operand that is no number."""
        left, right = k.settle(left), k.settle(right)
        origin: tuple[k.Kind, ...] = ()
        if isinstance(op, ast.MatMult):
            origin = (left, right)
        elif right in k.NUMBERS:
            origin = (left,)
        elif left in k.NUMBERS:
            origin = (right,)
        return self._open(result, at, type(op).__name__, origin)

    def _weak(self, node: ast.expr) -> k.Kind:
        """The unknown result of calling a module inside a module: likely a tensor."""
        key = (id(node), "()")
        var = self.vars.get(key)
        if var is None:
            var = self.vars[key] = k.Var(weak=True)
        return k.settle(var)

    def need_tensor(self, kind: k.Kind) -> None:
        """A use that only a tensor admits."""
        kind = k.settle(kind)
        if isinstance(kind, k.Var):
            if not kind.not_tensor:
                kind.settled = k.TENSOR
                self.changed = True
                for origin in kind.origin:
                    self.need_tensor(origin)
        elif isinstance(kind, k.Seq):
            for item in kind.items or (kind.elem,):
                self.need_tensor(item)

    def narrow(self, test: ast.expr, truth: bool) -> None:
        """Learn from a condition that holds (or does not)."""
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            self.narrow(test.operand, not truth)
        elif isinstance(test, ast.BoolOp):
            if isinstance(test.op, ast.And) is truth:
                for value in test.values:
                    self.narrow(value, truth)
            elif isinstance(test.op, ast.Or) and truth:
                self._narrow_any(test.values)
        elif isinstance(test, ast.Call):
            kind = self.tested(test)
            if kind is not None and truth:
                key = _key(test.args[0])
                if key and kind is k.UNKNOWN and isinstance(k.settle(self.facts.kind(test.args[0])), k.Module):
                    kind = k.Module()  # a module, of whatever class
                if key:
                    self.env.vars[key] = kind
        elif isinstance(test, ast.Compare):
            found = self._class_name_test(test)
            if found is not None and truth:
                self.env.vars[found[0]] = found[1]

    def _narrow_any(self, tests: Sequence[ast.expr]) -> None:
        keys: set[str] = set()
        merged: list[k.Kind] = []
        for test in tests:
            kind = self.tested(test) if isinstance(test, ast.Call) else None
            found: tuple[str, k.Kind] | None = None
            if kind is not None and isinstance(test, ast.Call) and _key(test.args[0]):
                found = (_key(test.args[0]), kind)
            elif isinstance(test, ast.Compare):
                found = self._class_name_test(test)
            if found is None:
                return
            keys.add(found[0])
            merged.append(found[1])
        if len(keys) == 1:
            self.env.vars[keys.pop()] = k.join_all(merged)

    def tested(self, call: ast.Call) -> k.Kind | None:
        """The kind `isinstance(x, T)` or `torch.is_tensor(x)` establishes."""
        func = self.facts.kinds.get(call.func)
        if isinstance(func, k.Ref) and func.name == "torch.is_tensor":
            return k.TENSOR
        if not (isinstance(call.func, ast.Name) and call.func.id == "isinstance" and len(call.args) == 2):
            return None
        spec = call.args[1]
        parts = spec.elts if isinstance(spec, ast.Tuple) else [spec]
        found = [self.class_kind(p) for p in parts]
        return k.join_all(found)

    def class_kind(self, node: ast.expr) -> k.Kind:
        """The kind of instances of the class an expression names."""
        return self.annotation(node)

    def _class_name_test(self, test: ast.Compare) -> tuple[str, k.Kind] | None:
        """`classname.find("Conv") != -1`, `"Conv" in classname`, `classname == "Linear"`."""
        if len(test.ops) != 1:
            return None
        left, op, right = test.left, test.ops[0], test.comparators[0]
        text: str | None = None
        subject: ast.expr | None = None
        whole = False
        if (
            isinstance(left, ast.Call)
            and isinstance(left.func, ast.Attribute)
            and left.func.attr == "find"
            and len(left.args) == 1
            and isinstance(left.args[0], ast.Constant)
            and isinstance(op, (ast.NotEq, ast.Gt, ast.GtE))
        ):
            subject, text = left.func.value, str(left.args[0].value)
        elif isinstance(op, ast.In) and isinstance(left, ast.Constant):
            subject, text = right, str(left.value)
        elif isinstance(op, ast.Eq) and isinstance(right, ast.Constant):
            subject, text, whole = left, str(right.value), True
        if subject is None or text is None:
            return None
        kind = k.settle(self.facts.kinds.get(subject, k.UNKNOWN))
        if not isinstance(kind, k.ClassName):
            return None
        self.asked_for_names = True
        rows = self.know.tables.rows
        names = [n for n in rows if self.know.is_layer(n) and (n[9:] == text if whole else text in n[9:])]
        here = {self.know.canonical(n) for n in self.seen}
        used = tuple(n for n in names if n in here)
        if used:
            return kind.of, k.Module(used, open=len(used) < len(names))
        return (kind.of, k.Module(tuple(names))) if names else None

    # ------------------------------------------------------------------ expressions

    def ev(self, node: ast.expr) -> k.Kind:
        """Run an expression; its kind."""
        handler = self._expr.get(type(node))
        if handler is None:
            for child in ast.iter_child_nodes(node):
                if isinstance(child, ast.expr):
                    self.ev(child)
            kind: k.Kind = k.UNKNOWN
        else:
            kind = handler(node)
        self.facts.kinds[node] = kind
        return kind

    def _name(self, node: ast.Name) -> k.Kind:
        kind = self.env.get(node.id)
        if kind is None:
            if self.facts.stars:
                self.facts.unbound.add(node.id)
            return _BUILTINS.get(node.id, k.UNKNOWN)
        if isinstance(kind, k.Ref):
            self.facts.import_names[node] = kind.name
            self.facts.stmts[node] = self.stmt
            if is_torch(kind.name):
                self.facts.refs[node] = kind.name
            return kind
        return k.settle(kind)

    def _constant(self, node: ast.Constant) -> k.Kind:
        value = node.value
        if value is None:
            return k.NONE
        if value is True or value is False:
            return k.BOOL
        if isinstance(value, int):
            return k.INT
        if isinstance(value, float):
            return k.FLOAT
        if isinstance(value, str):
            return k.STR
        return k.OTHER

    def _record_attribute(self, node: ast.Attribute, receiver: k.Kind) -> None:
        self.facts.attributes[node] = receiver
        self.facts.stmts[node] = self.stmt

    def _attribute(self, node: ast.Attribute) -> k.Kind:
        receiver = self.ev(node.value)
        if _unseen(receiver) and not isinstance(node.value, ast.Name):
            receiver = self.facts.kinds[node.value] = self._open(k.UNKNOWN, node.value, ".")
        if isinstance(receiver, k.Ref):
            name = f"{receiver.name}.{node.attr}"
            if is_torch(name):
                self.inner.add(node.value)
                self.facts.refs[node] = name
                self.facts.stmts[node] = self.stmt
            return k.Ref(name)
        self._record_attribute(node, receiver)
        key = _key(node)
        if key:
            narrowed = self.env.get(key)
            if narrowed is not None:
                return k.settle(narrowed)
        return self.member(receiver, node.attr, node)

    def member(self, receiver: k.Kind, attr: str, node: ast.Attribute) -> k.Kind:
        """The kind of `receiver.attr`."""
        receiver = k.settle(receiver)
        if attr == "__class__":
            key = _key(node.value)
            return k.ClassName(key) if key else k.UNKNOWN
        if isinstance(receiver, k.Var):
            if (attr in m.TENSOR_ONLY_METHODS and not attr.startswith("is_cuda")) or (
                receiver.weak and attr in m.TENSOR_LIKELY
            ):
                self.need_tensor(receiver)
            elif attr in m.MODULE_EVIDENCE:
                receiver.settled = k.Module()
                self.changed = True
            receiver = k.settle(receiver)
            if isinstance(receiver, k.Var):
                return k.Member(attr, receiver)
        if receiver in k.TENSORS:
            if attr == "data":
                return receiver
            if attr in m.TENSOR_PROPERTIES:
                found = _PROPERTY_KINDS.get(attr)
                return found if found is not None else self.know.result(f"torch.Tensor.{attr}")
            return k.Member(attr, receiver)
        if isinstance(receiver, k.Module):
            return self._module_member(receiver, attr, node)
        if isinstance(receiver, k.Instance) and isinstance(receiver.cls, k.ClassInfo):
            method = receiver.cls.method(attr)
            if method is not None:
                return method.returns if method.is_property else k.FuncRef(method, True)
            found = receiver.cls.attr(attr)
            if found is None and attr == "saved_tensors" and self.is_autograd_function(receiver.cls):
                return k.Seq("tuple", k.TENSOR)
            return k.settle(found) if found is not None else k.UNKNOWN
        if isinstance(receiver, k.ClassRef):
            method = receiver.cls.method(attr)
            if method is None and attr == "apply" and self.is_autograd_function(receiver.cls):
                forward = receiver.cls.method("forward")
                return k.FuncRef(forward, True) if forward is not None else k.UNKNOWN
            if method is not None:
                return k.FuncRef(method, method.static or "classmethod" in method.decorators)
            return receiver.cls.attr(attr) or k.UNKNOWN
        if isinstance(receiver, k.Named) and attr in receiver.fields:
            return k.TENSOR
        if attr == "__class__":
            key = _key(node.value)
            return k.ClassName(key) if key else k.UNKNOWN
        if attr == "__name__" and isinstance(receiver, k.ClassName):
            return receiver
        if receiver is k.NDARRAY and attr in ("shape",):
            return k.Seq("tuple", k.INT)
        if receiver is k.NDARRAY and attr == "T":
            return k.NDARRAY
        return k.Member(attr, receiver)

    def _module_member(self, receiver: k.Module, attr: str, node: ast.Attribute) -> k.Kind:
        found: k.Kind | None = None
        for cls in receiver.classes:
            part: k.Kind
            if isinstance(cls, k.ClassInfo):
                method = cls.method(attr)
                if method is not None:
                    part = method.returns if method.is_property else k.FuncRef(method, True)
                else:
                    value = cls.attr(attr)
                    if value is None:
                        part = self._base_member(cls, attr)
                    else:
                        part = k.settle(value)
            elif attr in m.MODULE_MEMBERS:
                part = k.BOOL if attr == "training" else k.Member(attr, receiver)
            else:
                part = _LAYER_ATTRS.get(attr, k.UNKNOWN)
                row = self.know.tables.rows.get(cls)
                if row is not None and attr in row.params:
                    part = k.PARAMETER if attr in ("weight", "bias") else k.BUFFER
                elif part is k.UNKNOWN and cls not in m.CONTAINERS and cls != "torch.nn.Module":
                    # This layer has no such attribute: the value is one of the others.
                    continue
            found = part if found is None else k.join(found, part)
        if found is None:
            if attr in m.MODULE_MEMBERS:
                return k.BOOL if attr == "training" else k.Member(attr, receiver)
            found = _LAYER_ATTRS.get(attr, k.UNKNOWN)
        if attr == "__class__":
            key = _key(node.value)
            return k.ClassName(key) if key else k.UNKNOWN
        return found

    def _base_member(self, cls: k.ClassInfo, attr: str) -> k.Kind:
        if attr in m.MODULE_MEMBERS:
            return k.BOOL if attr == "training" else k.Member(attr, k.Module((cls,)))
        for base in cls.torch_bases:
            name = self.know.canonical(base)
            row = self.know.tables.rows.get(name)
            if row is not None and (attr in row.params or attr in row.attrs):
                return _LAYER_ATTRS.get(attr, k.UNKNOWN)
            if name != "torch.nn.Module" and attr in _LAYER_ATTRS:
                return _LAYER_ATTRS[attr]
            made = None if self.neighbours is None else self.neighbours.attribute(base, attr)
            layers = self._layers((made,)) if made is not None else ()
            if layers:
                return k.Module(layers)
        return k.UNKNOWN

    def _call(self, node: ast.Call) -> k.Kind:
        callee = k.settle(self.ev(node.func))
        if isinstance(callee, k.Var):
            callee.called = True
            callee = self._module_if_called(callee)
        self.facts.calls[node] = callee
        self.facts.stmts[node] = self.stmt
        args = [self.ev(a) for a in node.args]
        keywords = {kw.arg: self.ev(kw.value) for kw in node.keywords}
        if isinstance(callee, k.Member):
            result = self._member_call(node, callee, args, keywords)
            return self._open(result, node, "()", self._chain(callee, args, keywords))
        if isinstance(callee, k.Ref):
            return self._open(self._ref_call(node, callee.name, args, keywords, node.args), node, "()")
        if isinstance(callee, k.StoredApi):
            if is_torch(callee.name):
                result = self.know.result(self.know.canonical(callee.name))
                if callee.open and isinstance(result, k.Module):
                    return k.Module(result.classes, result.elem, True)
                return result
            return k.UNKNOWN
        if isinstance(callee, k.FuncRef):
            self._pass(callee.func, callee.bound and not callee.func.static, args, keywords, node)
            return self._open(callee.func.returns, node, "()")
        if isinstance(callee, k.ClassRef):
            init = callee.cls.method("__init__")
            if init is not None:
                self._pass(init, True, args, keywords, node)
            if is_module_class(callee.cls, self.know):
                return k.Module((callee.cls,))
            return k.Instance(callee.cls)
        if isinstance(callee, k.Module):
            return self._module_call(node, callee, args, keywords)
        if isinstance(callee, k.Instance) and isinstance(callee.cls, k.ClassInfo):
            call = callee.cls.method("__call__")
            return call.returns if call is not None else k.UNKNOWN
        if isinstance(node.func, ast.Name) and self.env.get(node.func.id) is None:
            return self._builtin_call(node.func.id, node, args)
        if (
            self.in_forward
            and isinstance(node.func, ast.Attribute)
            and isinstance(self.kind_of(node.func.value), k.Module)
        ):
            return self._weak(node)
        return self._open(k.UNKNOWN, node, "()")

    def kind_of(self, node: ast.expr) -> k.Kind:
        """The kind of an expression that has been run."""
        return k.settle(self.facts.kinds.get(node, k.UNKNOWN))

    def _pass(
        self,
        func: k.FuncInfo,
        bound: bool,
        args: Sequence[k.Kind],
        keywords: dict[str | None, k.Kind],
        node: ast.Call,
    ) -> None:
        """Tell a function of the file what it is called with."""
        definition = func.node.args
        names = [a.arg for a in (*definition.posonlyargs, *definition.args)]
        if bound:
            names = names[1:]
        for index, kind in enumerate(args):
            if isinstance(node.args[index], ast.Starred):
                for name in names[index:]:
                    self._arrives(func, name, k.UNKNOWN)
                break
            if index < len(names):
                self._arrives(func, names[index], kind)
        for keyword, kind in keywords.items():
            if keyword is None:
                for name in names:
                    if name not in keywords:
                        self._arrives(func, name, k.UNKNOWN)
            else:
                self._arrives(func, keyword, kind)

    def _arrives(self, func: k.FuncInfo, name: str, kind: k.Kind) -> None:
        param = func.params.get(name)
        if isinstance(param, k.Var) and param.settled is None:
            kind = _as_value(k.settle(kind))
            if kind is not k.NONE and kind is not param:
                param.calls.add(kind)

    def _module_call(
        self, node: ast.Call, callee: k.Module, args: Sequence[k.Kind], keywords: dict[str | None, k.Kind]
    ) -> k.Kind:
        results: list[k.Kind] = []
        for cls in callee.classes:
            if isinstance(cls, k.ClassInfo):
                forward = cls.method("forward")
                if forward is not None:
                    self._pass(forward, True, args, keywords, node)
                    results.append(forward.returns)
                    continue
                bases = [b for b in cls.torch_bases if self.know.is_layer(self.know.canonical(b))]
                results.append(self.know.layer_result(self.know.canonical(bases[0])) if bases else k.UNKNOWN)
            else:
                if cls not in m.CONTAINERS and cls not in ("torch.nn.Module", "torch.nn.Identity") and args:
                    self.need_tensor(args[0])
                result = self.know.layer_result(cls)
                if cls == "torch.nn.Sequential":
                    result = self._sequential_result(callee)
                if cls == "torch.nn.Identity" and args:
                    result = args[0]
                results.append(result)
        result = k.join_all(results)
        if k.known(result) is k.UNKNOWN and self.in_module:
            return self._weak(node)
        return result

    def _sequential_result(self, callee: k.Module) -> k.Kind:
        elem = k.settle(callee.elem)
        if isinstance(elem, k.Module) and elem.classes and all(isinstance(c, str) for c in elem.classes):
            if all(self.know.layer_result(c) is k.TENSOR for c in elem.classes if isinstance(c, str)):
                return k.TENSOR
        return k.UNKNOWN

    def _module_if_called(self, var: k.Var) -> k.Kind:
        """What is called and has a `train()` is a module: a trainer object is not called."""
        if var.called and var.has_modes:
            var.settled = k.Module()
            self.changed = True
        return k.settle(var)

    def _ref_call(
        self,
        node: ast.Call,
        name: str,
        args: Sequence[k.Kind],
        keywords: dict[str | None, k.Kind],
        nodes: Sequence[ast.expr],
    ) -> k.Kind:
        if not is_torch(name):
            return self._foreign_call(name, args, nodes)
        name = self.know.canonical(name)
        positions, names = self.know.tensor_positions(name)
        if positions:
            for index, kind in enumerate(args):
                if index in positions:
                    self.need_tensor(kind)
            for keyword, kind in keywords.items():
                if keyword in names:
                    self.need_tensor(kind)
        result = self.know.result(name)
        if name in ("torch.max", "torch.min", "torch.median", "torch.nanmedian"):
            has_dim = "dim" in keywords or (len(args) > 1 and k.known(args[1]) in k.NUMBERS)
            return k.Named(("values", "indices")) if has_dim else result
        if name in m.CONTAINERS and isinstance(result, k.Module):
            return k.Module(result.classes, self._children(args, nodes), result.open)
        return result

    def _children(self, args: Sequence[k.Kind], nodes: Sequence[ast.expr]) -> k.Kind:
        """The kind of a container's children."""
        found: list[k.Kind] = []
        for kind, node in zip(args, nodes, strict=True):
            kind = k.settle(kind)
            if isinstance(node, ast.Starred):
                kind = self.element(self.facts.kinds.get(node.value, k.UNKNOWN))
            elif isinstance(kind, k.Seq | k.Mapping_) or (
                isinstance(kind, k.Module) and kind.elem is not k.UNKNOWN and len(args) == 1
            ):
                inner = self.element(kind) if not isinstance(kind, k.Mapping_) else kind.value
                inner = k.settle(inner)
                if isinstance(inner, k.Seq) and inner.items is not None and len(inner.items) == 2:
                    inner = inner.items[1]
                kind = inner
            found.append(kind)
        return k.join_all(found)

    def _foreign_call(self, name: str, args: Sequence[k.Kind], nodes: Sequence[ast.expr]) -> k.Kind:
        root, _, rest = name.partition(".")
        if root == "numpy":
            return _NUMPY_SCALARS.get(rest, k.NDARRAY)
        if root == "math":
            return k.INT if rest in ("ceil", "floor", "gcd", "prod", "comb", "factorial", "isqrt") else k.FLOAT
        if name == "collections.OrderedDict":
            if args:
                elem = k.settle(self.element(args[0]))
                if isinstance(elem, k.Seq) and elem.items is not None and len(elem.items) == 2:
                    return k.Mapping_(elem.items[1])
            return k.Mapping_(k.UNKNOWN)
        if name in ("copy.deepcopy", "copy.copy") and args:
            return args[0]
        if root in m.PLAIN_MODULES:
            return k.OTHER
        if name == "functools.partial" and nodes:
            return k.UNKNOWN
        if name in ("itertools.chain",):
            return k.Seq("generator", k.join_all(self.element(a) for a in args))
        return self._neighbour(name)

    def _member_call(
        self, node: ast.Call, callee: k.Member, args: Sequence[k.Kind], keywords: dict[str | None, k.Kind]
    ) -> k.Kind:
        receiver = k.settle(callee.receiver)
        name = callee.name
        if isinstance(receiver, k.Var) and name == "train" and len(args) <= 1 and not keywords:
            receiver.has_modes = True
            receiver = self._module_if_called(receiver)
        if isinstance(receiver, k.Var) and name == "eval" and not args and not keywords:
            # Nothing else in a PyTorch program has an eval() without arguments.
            receiver.settled = k.Module()
            receiver = receiver.settled
            self.changed = True
        if isinstance(receiver, k.Var):
            if (
                (name == "size" and len(args) <= 1)
                or not keywords.keys().isdisjoint(("dim", "keepdim"))
                or (name == "view" and args and all(k.known(a) is k.INT for a in args))
                or (name in m.TENSOR_ONLY_BARE and not args and not keywords)
                or (name == "backward" and not args)
                or (name in m.SIZE_METHODS and not self.arrays and len(args) + len(keywords) > (name == "transpose"))
                or (name in m.TENSOR_ONLY_NUMERIC and args and all(k.known(a) in k.NUMBERS for a in args))
            ) or (receiver.weak and name in m.TENSOR_LIKELY):
                self.need_tensor(receiver)
                receiver = k.settle(receiver)
        if receiver in k.TENSORS:
            return self._tensor_call(name, receiver, args, keywords)
        if receiver is k.SHAPE or (isinstance(receiver, k.Seq) and receiver.name == "tuple"):
            if name == "numel":
                return k.INT
            return k.INT if name in ("index", "count") else k.UNKNOWN
        if receiver is k.STR:
            found = m.STR_RETURNS.get(name)
            return {"str": k.STR, "int": k.INT, "bool": k.BOOL, "strs": k.Seq("list", k.STR)}.get(
                found or "", k.UNKNOWN
            )
        if receiver is k.NDARRAY:
            if name in ("item",):
                return k.NUMBER
            if name == "tolist":
                return k.Seq("list")
            return k.NDARRAY
        if isinstance(receiver, k.Seq):
            if name == "append" and args and isinstance(node.func, ast.Attribute):
                self._grow(node.func.value, receiver, args[0])
            elif name == "extend" and args and isinstance(node.func, ast.Attribute):
                self._grow(node.func.value, receiver, self.element(args[0]))
            if name == "pop":
                return receiver.elem
            return k.NONE if name in ("append", "extend", "sort", "reverse", "insert") else k.UNKNOWN
        if isinstance(receiver, k.Mapping_):
            if name == "items":
                return k.Seq("list", k.Seq("tuple", k.UNKNOWN, (k.STR, receiver.value)))
            if name == "values":
                return k.Seq("list", receiver.value)
            if name == "keys":
                return k.Seq("list", k.STR)
            if name in ("get", "pop", "setdefault"):
                return receiver.value
            if name == "copy":
                return receiver
            return k.UNKNOWN
        if isinstance(receiver, k.Module):
            return self._module_method(node, receiver, name, args)
        if isinstance(receiver, k.Instance):
            return k.UNKNOWN
        return k.UNKNOWN

    @staticmethod
    def _chain(callee: k.Member, args: Sequence[k.Kind], keywords: dict[str | None, k.Kind]) -> tuple[k.Kind, ...]:
        """The receiver of a method that gives a tensor only if it has one: `y` of `y.reshape(2, 3).unsqueeze(0)`."""
        receiver = k.settle(callee.receiver)
        if not isinstance(receiver, k.Var):
            return ()
        if callee.name in m.SAME_KIND_METHODS or callee.name in m.SIZE_METHODS:
            return (receiver,)
        if callee.name in m.CHAIN_METHODS and all(
            k.known(kind) in k.NUMBERS or k.known(kind) in (k.SHAPE, k.DTYPE) or isinstance(k.settle(kind), k.Seq)
            for kind in (*args, *keywords.values())
        ):
            return (receiver,)
        return ()

    def _grow(self, target: ast.expr, old: k.Seq, elem: k.Kind) -> None:
        grown = k.Seq(old.name, k.settle(elem) if old.items == () else k.join(old.elem, elem))
        if isinstance(target, ast.Name):
            self.env.vars[target.id] = grown
        elif isinstance(target, ast.Attribute):
            receiver = k.settle(self.facts.kinds.get(target.value, k.UNKNOWN))
            if isinstance(receiver, k.Module | k.Instance):
                classes = receiver.classes if isinstance(receiver, k.Module) else (receiver.cls,)
                for cls in classes:
                    if isinstance(cls, k.ClassInfo) and target.attr in cls.fresh:
                        cls.fresh[target.attr] = grown

    def _tensor_call(
        self, name: str, receiver: k.Kind, args: Sequence[k.Kind], keywords: dict[str | None, k.Kind]
    ) -> k.Kind:
        if name == "size":
            return k.INT if args or keywords else k.SHAPE
        scalar = m.TENSOR_SCALAR_METHODS.get(name)
        if scalar is not None:
            from torch2ms.source.knowledge import named_kind

            return named_kind(scalar)
        if name in ("max", "min"):
            has_dim = "dim" in keywords or (bool(args) and k.known(args[0]) in k.NUMBERS)
            if has_dim:
                return k.Named(("values", "indices"))
            return k.TENSOR
        if name in ("sort", "topk", "kthvalue", "mode", "cummax", "cummin"):
            return k.Named(("values", "indices"))
        if name == "median" and (args or keywords):
            return k.Named(("values", "indices"))
        if name in ("split", "chunk", "unbind", "tensor_split", "hsplit", "vsplit", "split_with_sizes"):
            return k.Seq("tuple", k.TENSOR)
        if name == "nonzero":
            return k.Seq("tuple", k.TENSOR) if keywords else k.TENSOR
        if name == "unique":
            return k.UNKNOWN if keywords else k.TENSOR
        if name in ("copy_", "requires_grad_", "cuda", "cpu") and receiver is k.PARAMETER:
            return receiver
        result = self.know.result(f"torch.Tensor.{name}")
        if result is k.UNKNOWN:
            row = self.know.tables.rows.get(f"torch.Tensor.{name}")
            if row is not None and row.returns not in ("unknown",):
                return k.TENSOR
            if row is None and f"torch.Tensor.{name}" in self.know.tables.torch_signatures:
                return k.TENSOR
        return result

    def _module_method(self, node: ast.Call, receiver: k.Module, name: str, args: Sequence[k.Kind]) -> k.Kind:
        if name in (
            "to",
            "cuda",
            "cpu",
            "half",
            "float",
            "double",
            "train",
            "eval",
            "requires_grad_",
            "apply",
            "bfloat16",
            "type",
        ):
            return receiver
        if name in ("parameters",):
            return k.Seq("generator", k.PARAMETER)
        if name == "named_parameters":
            return _pairs(k.PARAMETER)
        if name == "buffers":
            return k.Seq("generator", k.BUFFER)
        if name == "named_buffers":
            return _pairs(k.BUFFER)
        if name in ("modules", "children"):
            elem = receiver.elem if name == "children" and isinstance(k.settle(receiver.elem), k.Module) else k.Module()
            return k.Seq("generator", elem)
        if name in ("named_modules", "named_children"):
            return _pairs(k.Module())
        if name == "state_dict":
            return k.Mapping_(k.TENSOR)
        if name in ("register_buffer", "register_parameter") and len(args) > 1:
            self.need_tensor(args[1])
        if name == "register_buffer" and len(node.args) >= 1 and isinstance(node.args[0], ast.Constant):
            for cls in receiver.classes:
                if isinstance(cls, k.ClassInfo):
                    self._set_attr(cls, str(node.args[0].value), k.BUFFER, node)
            return k.NONE
        if name == "register_parameter" and len(node.args) >= 1 and isinstance(node.args[0], ast.Constant):
            for cls in receiver.classes:
                if isinstance(cls, k.ClassInfo):
                    self._set_attr(cls, str(node.args[0].value), k.PARAMETER, node)
            return k.NONE
        if name in ("add_module", "register_module"):
            kind = args[1] if len(args) > 1 else k.UNKNOWN
            if node.args and isinstance(node.args[0], ast.Constant):
                for cls in receiver.classes:
                    if isinstance(cls, k.ClassInfo):
                        self._set_attr(cls, str(node.args[0].value), kind, node)
            return k.NONE
        if name in ("append", "insert", "extend") and isinstance(node.func, ast.Attribute):
            value = node.func.value
            grown = args[-1] if args else k.UNKNOWN
            if name == "extend":
                grown = self.element(grown)
            elem = grown if receiver.elem is k.UNKNOWN else k.join(receiver.elem, grown)
            new = k.Module(receiver.classes, k.settle(elem))
            if isinstance(value, ast.Name):
                self.env.vars[value.id] = new
            elif isinstance(value, ast.Attribute):
                owner = k.settle(self.facts.kinds.get(value.value, k.UNKNOWN))
                if isinstance(owner, k.Module):
                    for cls in owner.classes:
                        if isinstance(cls, k.ClassInfo) and value.attr in cls.fresh:
                            cls.fresh[value.attr] = new
            return k.NONE
        if name == "forward":
            return self._module_call(node, receiver, args, {})
        if name in ("values",):
            return k.Seq("list", receiver.elem)
        if name == "items":
            return k.Seq("list", k.Seq("tuple", k.UNKNOWN, (k.STR, receiver.elem)))
        if name == "keys":
            return k.Seq("list", k.STR)
        if name == "get_submodule":
            return k.Module()
        if name == "get_parameter":
            return k.PARAMETER
        return k.UNKNOWN

    def _builtin_call(self, name: str, node: ast.Call, args: Sequence[k.Kind]) -> k.Kind:
        found = _BUILTIN_CALLS.get(name)
        if found is not None:
            return found
        if name in ("list", "tuple", "sorted", "set", "iter", "reversed") and args:
            kind = k.settle(args[0])
            seq = "tuple" if name == "tuple" else "list"
            if isinstance(kind, k.Seq) and name in ("list", "tuple"):
                return k.Seq(seq, kind.elem, kind.items)
            return k.Seq(seq, self.element(kind))
        if name in ("list", "tuple", "set"):
            return k.Seq("tuple" if name == "tuple" else "list", k.UNKNOWN, ())
        if name == "dict" and len(args) == 1 and not node.keywords:
            pair = k.settle(self.element(args[0]))
            if isinstance(pair, k.Seq) and pair.items is not None and len(pair.items) == 2:
                return k.Mapping_(pair.items[1])
            return args[0] if isinstance(k.settle(args[0]), k.Mapping_) else k.Mapping_(k.UNKNOWN)
        if name == "dict":
            return k.Mapping_(k.join_all(self.facts.kinds.get(kw.value, k.UNKNOWN) for kw in node.keywords))
        if name == "super":
            if self.func is not None and self.func.cls is not None:
                cls = self.func.cls
                if is_module_class(cls, self.know):
                    return k.Module(
                        tuple(
                            self.know.canonical(b.name) if isinstance(b, (k.Ref, k.StoredApi)) else b.cls
                            for b in cls.bases
                            if isinstance(b, (k.Ref, k.StoredApi, k.ClassRef))
                        )
                    )
                if not any(is_torch(base) for base in cls.torch_bases):
                    return k.OTHER
            return k.UNKNOWN
        if name == "enumerate" and args:
            return k.Seq("generator", k.Seq("tuple", k.UNKNOWN, (k.INT, self.element(args[0]))))
        if name == "zip":
            items = tuple(self.element(a) for a in args)
            return k.Seq("generator", k.Seq("tuple", k.join_all(items), items))
        if name in ("sum", "max", "min", "abs", "pow", "round") and args:
            kind = k.settle(args[0])
            if kind in k.NUMBERS or kind in k.TENSORS:
                return k.join_all(args) if name in ("max", "min") and len(args) > 1 else kind
            return self.element(kind) if isinstance(kind, k.Seq) or kind is k.SHAPE else k.UNKNOWN
        if name == "next" and args:
            return self.element(args[0])
        if name == "type" and len(args) == 1:
            key = _key(node.args[0])
            return k.ClassName(key) if key else k.UNKNOWN
        if name == "map":
            return k.Seq("generator")
        if name == "filter" and len(args) == 2:
            return k.Seq("generator", self.element(args[1]))
        return k.UNKNOWN

    def element(self, kind: k.Kind) -> k.Kind:
        """The kind of what iterating over a value gives."""
        kind = k.settle(kind)
        if isinstance(kind, k.Seq):
            return k.join_all(kind.items) if kind.items else kind.elem
        if kind in k.TENSORS:
            return k.TENSOR
        if kind is k.SHAPE:
            return k.INT
        if kind is k.STR:
            return k.STR
        if isinstance(kind, k.Named):
            return k.TENSOR
        if isinstance(kind, k.Module):
            if {"torch.nn.ModuleDict", "torch.nn.ParameterDict"} & set(kind.classes):
                return k.STR
            elem = k.settle(kind.elem)
            return elem if elem is not k.UNKNOWN else k.Module()
        if kind is k.NDARRAY:
            return k.NDARRAY
        if isinstance(kind, k.Mapping_):
            return k.STR
        return k.UNKNOWN

    def _binop(self, node: ast.BinOp) -> k.Kind:
        left, right = self.ev(node.left), self.ev(node.right)
        return self._open_result(self.arithmetic(left, right, node.op), left, right, node.op, node)

    def arithmetic(self, a: k.Kind, b: k.Kind, op: ast.operator) -> k.Kind:
        """The kind of `a op b`."""
        a, b = k.settle(a), k.settle(b)
        if a in k.TENSORS or b in k.TENSORS:
            return k.TENSOR
        if a is k.STR:
            return k.STR
        if a in k.NUMBERS and b in k.NUMBERS:
            if isinstance(op, ast.Div):
                return k.FLOAT
            if k.FLOAT in (a, b):
                return k.FLOAT
            return k.INT if a in (k.INT, k.BOOL) and b in (k.INT, k.BOOL) else k.NUMBER
        if a is k.NDARRAY or b is k.NDARRAY:
            return k.NDARRAY
        if isinstance(op, ast.Add) and (a is k.SHAPE or b is k.SHAPE):
            return k.SHAPE
        if isinstance(op, ast.Add) and isinstance(a, k.Seq) and isinstance(b, k.Seq):
            if a.items is not None and b.items is not None:
                items = a.items + b.items
                return k.Seq(a.name, k.join_all(items), items)
            return k.Seq(a.name, k.join(self.element(a), self.element(b)))
        if isinstance(op, ast.Mult) and (isinstance(a, k.Seq) or isinstance(b, k.Seq)):
            seq = a if isinstance(a, k.Seq) else b
            return k.Seq(seq.name, self.element(seq)) if isinstance(seq, k.Seq) else k.UNKNOWN
        if isinstance(op, (ast.Mult, ast.FloorDiv)) and (a is k.INT or b is k.INT) and isinstance(op, ast.FloorDiv):
            return k.UNKNOWN
        return k.UNKNOWN

    def _unary(self, node: ast.UnaryOp) -> k.Kind:
        kind = self.ev(node.operand)
        return k.BOOL if isinstance(node.op, ast.Not) else kind

    def _boolop(self, node: ast.BoolOp) -> k.Kind:
        saved = self.env.vars
        self.env.vars = dict(saved)
        found = []
        for value in node.values:
            found.append(self.ev(value))
            self.narrow(value, isinstance(node.op, ast.And))
        self.env.vars = saved
        return k.join_all(found)

    def _compare(self, node: ast.Compare) -> k.Kind:
        kinds = [self.ev(node.left), *(self.ev(c) for c in node.comparators)]
        if any(isinstance(op, (ast.Is, ast.IsNot, ast.In, ast.NotIn)) for op in node.ops):
            return k.BOOL
        if any(k.is_tensor(kind) for kind in kinds):
            return k.TENSOR
        if any(k.settle(kind) is k.NDARRAY for kind in kinds):
            return k.NDARRAY
        if all(k.known(kind) is not k.UNKNOWN for kind in kinds):
            return k.BOOL
        left, right = k.settle(kinds[0]), k.settle(kinds[-1])
        origin = (left,) if right in k.NUMBERS else (right,) if left in k.NUMBERS else ()
        return self._open(k.UNKNOWN, node, "<", origin)

    def _subscript(self, node: ast.Subscript) -> k.Kind:
        base = k.settle(self.ev(node.value))
        self.ev(node.slice)
        index = node.slice
        if isinstance(base, k.Var) and base.weak and isinstance(index, ast.Tuple):
            self.need_tensor(base)
            base = k.settle(base)
        if base in k.TENSORS:
            return k.TENSOR
        if base is k.SHAPE:
            return k.SHAPE if isinstance(index, ast.Slice) else k.INT
        if isinstance(base, k.Seq):
            if isinstance(index, ast.Slice):
                return k.Seq(base.name, self.element(base))
            position = _int_literal(index)
            if base.items is not None and position is not None and -len(base.items) <= position < len(base.items):
                return base.items[position]
            return self.element(base)
        if isinstance(base, k.Named):
            return k.TENSOR
        if isinstance(base, k.Mapping_):
            return base.value
        if base is k.STR:
            return k.STR
        if base is k.NDARRAY:
            return k.NDARRAY
        if isinstance(base, k.Module):
            if isinstance(index, ast.Slice):
                return base
            elem = k.settle(base.elem)
            return elem if elem is not k.UNKNOWN else k.Module()
        if isinstance(index, ast.Tuple) and any(isinstance(part, ast.Slice) for part in index.elts):
            return self._open(k.UNKNOWN, node, "[]", (base,), not self.arrays)
        return self._open(k.UNKNOWN, node, "[]")

    def _tuple(self, node: ast.Tuple) -> k.Kind:
        items = tuple(self.ev(e) for e in node.elts)
        if any(isinstance(e, ast.Starred) for e in node.elts):
            return k.Seq("tuple", k.join_all(self._spread(node.elts)))
        return k.Seq("tuple", k.join_all(items), items)

    def _spread(self, nodes: Iterable[ast.expr]) -> Iterable[k.Kind]:
        for node in nodes:
            if isinstance(node, ast.Starred):
                yield self.element(self.facts.kinds.get(node.value, k.UNKNOWN))
            else:
                yield self.facts.kinds.get(node, k.UNKNOWN)

    def _list(self, node: ast.List) -> k.Kind:
        items = tuple(self.ev(e) for e in node.elts)
        if any(isinstance(e, ast.Starred) for e in node.elts):
            return k.Seq("list", k.join_all(self._spread(node.elts)))
        return k.Seq("list", k.join_all(items), items)

    def _set(self, node: ast.Set) -> k.Kind:
        return k.Seq("set", k.join_all([self.ev(e) for e in node.elts]))

    def _dict(self, node: ast.Dict) -> k.Kind:
        for key in node.keys:
            if key is not None:
                self.ev(key)
        return k.Mapping_(k.join_all([_as_value(self.ev(v)) for v in node.values]))

    def _ifexp(self, node: ast.IfExp) -> k.Kind:
        self.ev(node.test)
        saved = self.env.vars
        self.env.vars = dict(saved)
        self.narrow(node.test, True)
        then = self.ev(node.body)
        self.env.vars = dict(saved)
        self.narrow(node.test, False)
        other = self.ev(node.orelse)
        self.env.vars = saved
        return k.join(_as_value(then), _as_value(other))

    def _lambda(self, node: ast.Lambda) -> k.Kind:
        outer = self.env
        self.env = Env(outer)
        args = node.args
        for default in (*args.defaults, *args.kw_defaults):
            if default is not None:
                self.ev(default)
        for arg in (*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg, args.kwarg):
            if arg is not None:
                self.facts.bound.add(arg.arg)
                self.env.vars[arg.arg] = self._open(k.UNKNOWN, node, arg.arg)
        self.ev(node.body)
        self.env = outer
        return k.OTHER

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp) -> k.Kind:
        outer = self.env
        self.env = Env(outer)
        self._generators(node.generators)
        elem = self.ev(node.elt)
        self.env = outer
        return k.Seq("list" if isinstance(node, ast.ListComp) else "generator", elem)

    def _generators(self, generators: Sequence[ast.comprehension]) -> None:
        for generator in generators:
            self.bind(generator.target, self.element(self.ev(generator.iter)), None)
            for test in generator.ifs:
                self.ev(test)
                self.narrow(test, True)

    def _dictcomp(self, node: ast.DictComp) -> k.Kind:
        outer = self.env
        self.env = Env(outer)
        self._generators(node.generators)
        self.ev(node.key)
        value = self.ev(node.value)
        self.env = outer
        return k.Mapping_(value)

    def _joined(self, node: ast.JoinedStr) -> k.Kind:
        for value in node.values:
            if isinstance(value, ast.FormattedValue):
                self.ev(value.value)
                if value.format_spec is not None:
                    self.ev(value.format_spec)
        return k.STR

    def _starred(self, node: ast.Starred) -> k.Kind:
        self.ev(node.value)
        return k.UNKNOWN

    def _walrus(self, node: ast.NamedExpr) -> k.Kind:
        kind = self.ev(node.value)
        self.bind(node.target, kind, node.value)
        return kind


# ---------------------------------------------------------------------- helpers


def _as_value(kind: k.Kind) -> k.Kind:
    """An API that is stored is no longer a textual reference."""
    return k.StoredApi(kind.name) if isinstance(kind, k.Ref) else kind


def _likely(kind: k.Kind) -> bool:
    return isinstance(kind, k.Var) and kind.weak


def _unseen(kind: k.Kind) -> bool:
    """Whether a value is an attribute of something unknown: `model.norm.weight`."""
    if isinstance(kind, k.Member):
        owner = k.settle(kind.receiver)
        return owner is k.UNKNOWN or not isinstance(owner, (k.Plain, k.Seq, k.Mapping_))
    return kind is k.UNKNOWN


def _is_forward(node: FunctionNode) -> bool:
    return node.name.startswith(("forward", "_forward")) or node.name == "construct"


def _imports_arrays(tree: ast.Module) -> bool:
    """Whether the file may hold arrays of another library, whose methods have a tensor's names."""
    stack: list[ast.AST] = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        else:
            for field_name in ("body", "orelse", "handlers", "finalbody", "cases"):
                stack.extend(getattr(node, field_name, ()))
            continue
        if any(name.partition(".")[0] in m.ARRAY_LIBRARIES for name in names):
            return True
    return False


def is_foreign(base: k.Kind) -> bool:
    """Whether a base class comes from another file that is neither torch nor the standard library."""
    if not isinstance(base, (k.Ref, k.StoredApi)) or is_torch(base.name):
        return False
    root = base.name.partition(".")[0]
    return root not in sys.stdlib_module_names and root != "mindspore"


def _pairs(kind: k.Kind) -> k.Kind:
    return k.Seq("generator", k.Seq("tuple", k.UNKNOWN, (k.STR, kind)))


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        base = _dotted(node.value)
        return f"{base}.{node.attr}" if base else ""
    return ""


def _key(node: ast.expr) -> str:
    """The name a narrowed value is kept under: `x`, `m.weight`; "" for anything else."""
    return _dotted(node)


def _int_literal(node: ast.expr) -> int | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, int):
        return node.value
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = _int_literal(node.operand)
        return None if inner is None else -inner
    return None


def _leaves(body: Sequence[ast.stmt]) -> bool:
    """Whether a block always leaves the enclosing one."""
    return bool(body) and isinstance(body[-1], (ast.Return, ast.Raise, ast.Continue, ast.Break))


def _sought(loop: ast.For | ast.AsyncFor) -> ast.expr | None:
    """What holds after a loop that does nothing but look for something: `for m in …: if isinstance(m, C): break`."""
    only = loop.body[0]
    if len(loop.body) > 1 or not isinstance(only, ast.If) or only.orelse or loop.orelse:
        return None
    return only.test if isinstance(only.body[-1], ast.Break) else None


def _is_generator(node: FunctionNode) -> bool:
    stack: list[ast.AST] = list(node.body)
    while stack:
        item = stack.pop()
        if isinstance(item, (ast.Yield, ast.YieldFrom)):
            return True
        if not isinstance(item, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)):
            stack.extend(ast.iter_child_nodes(item))
    return False


_ANNOTATIONS: dict[str, k.Kind] = {
    "int": k.INT,
    "float": k.FLOAT,
    "str": k.STR,
    "bool": k.BOOL,
    "list": k.Seq("list"),
    "tuple": k.Seq("tuple"),
    "dict": k.Mapping_(),
    "List": k.Seq("list"),
    "Tuple": k.Seq("tuple"),
    "Dict": k.Mapping_(),
    "np.ndarray": k.NDARRAY,
    "numpy.ndarray": k.NDARRAY,
    "Tensor": k.UNKNOWN,
}
del _ANNOTATIONS["Tensor"]

_BUILTINS: dict[str, k.Kind] = {"True": k.BOOL, "False": k.BOOL, "None": k.NONE, "__name__": k.STR, "__file__": k.STR}

_BUILTIN_CALLS: dict[str, k.Kind] = {
    "len": k.INT,
    "int": k.INT,
    "float": k.FLOAT,
    "str": k.STR,
    "repr": k.STR,
    "bool": k.BOOL,
    "isinstance": k.BOOL,
    "hasattr": k.BOOL,
    "callable": k.BOOL,
    "any": k.BOOL,
    "all": k.BOOL,
    "range": k.Seq("list", k.INT),
    "print": k.NONE,
    "ord": k.INT,
    "hash": k.INT,
    "id": k.INT,
    "input": k.STR,
    "open": k.OTHER,
}

_PROPERTY_KINDS: dict[str, k.Kind] = {
    "shape": k.SHAPE,
    "dtype": k.DTYPE,
    "device": k.DEVICE,
    "requires_grad": k.BOOL,
    "is_cuda": k.BOOL,
    "is_leaf": k.BOOL,
    "is_sparse": k.BOOL,
    "ndim": k.INT,
    "itemsize": k.INT,
    "nbytes": k.INT,
    "T": k.TENSOR,
    "mT": k.TENSOR,
    "H": k.TENSOR,
    "mH": k.TENSOR,
    "real": k.TENSOR,
    "imag": k.TENSOR,
    "grad": k.TENSOR,
    "grad_fn": k.OTHER,
}

_LAYER_ATTRS: dict[str, k.Kind] = {
    "weight": k.PARAMETER,
    "bias": k.PARAMETER,
    "running_mean": k.BUFFER,
    "running_var": k.BUFFER,
    "num_batches_tracked": k.BUFFER,
    "in_proj_weight": k.PARAMETER,
    "in_proj_bias": k.PARAMETER,
    "weight_ih_l0": k.PARAMETER,
    "weight_hh_l0": k.PARAMETER,
    "in_features": k.INT,
    "out_features": k.INT,
    "in_channels": k.INT,
    "out_channels": k.INT,
    "num_features": k.INT,
    "num_embeddings": k.INT,
    "embedding_dim": k.INT,
    "groups": k.INT,
    "eps": k.FLOAT,
    "kernel_size": k.Seq("tuple", k.INT),
    "stride": k.Seq("tuple", k.INT),
    "dilation": k.Seq("tuple", k.INT),
    "training": k.BOOL,
}

_NUMPY_SCALARS: dict[str, k.Kind] = {
    "prod": k.NUMBER,
    "sqrt": k.NUMBER,
    "log": k.NUMBER,
    "exp": k.NUMBER,
    "ceil": k.NUMBER,
    "floor": k.NUMBER,
    "random.seed": k.NONE,
    "random.rand": k.NUMBER,
    "random.randint": k.NUMBER,
    "random.uniform": k.NUMBER,
    "save": k.NONE,
    "load": k.UNKNOWN,
    "float32": k.NUMBER,
    "float64": k.NUMBER,
    "int64": k.NUMBER,
}
