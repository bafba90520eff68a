"""Check Python code, of templates and of helpers, against the captured signatures.

What the code names must exist, and what it calls must take the arguments. A value is only held to be a tensor where
that is certain; of any other value an attribute must be one that some value in MindSpore or Python has.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from torch2ms.mapping.known import CELL, PARAMETER, TENSOR, Known, in_standard_library, only_in
from torch2ms.mapping.schema import ParamKind, Signature
from torch2ms.mapping.similar import nearest, similar

# Tensor methods and attributes whose value is no tensor.
_NO_TENSOR = frozenset(
    (
        *("asnumpy", "numpy", "item", "tolist", "dim", "numel", "nelement", "element_size", "stride", "size"),
        *("shape", "dtype", "ndim", "itemsize", "nbytes", "strides", "name", "requires_grad", "device", "init"),
        *("is_contiguous", "is_floating_point", "is_complex", "is_signed", "has_init", "get_bytes"),
    )
)
_TO_NUMPY = ("asnumpy", "numpy", "item", "tolist")
# What makes a tensor, beside the functions of these modules.
_TENSOR_MAKERS = ("mindspore.Tensor", "mindspore.tensor", "mindspore.Parameter")
_TENSOR_MODULES = ("mindspore.ops", "mindspore.mint", "mindspore.mint.nn.functional")


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong in a piece of code, at a line of it."""

    line: int
    message: str


@dataclass(frozen=True, slots=True)
class Instance:
    """What `self` is in the methods of a class: what it has, the class it derives from, its own methods."""

    has: frozenset[str]
    base: str | None = None
    methods: Mapping[str, Signature] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scope:
    """What the names of a piece of code mean.

    `qualified`: imported names; `bound`: names the code binds itself, and what to, where that is one expression;
    `tensors`: names that are tensors; `instances`: names that are instances of a known class.
    `assigned`: attributes that the code sets on values.
    """

    qualified: Mapping[str, str]
    bound: Mapping[str, tuple[ast.expr | None, ...]] = field(default_factory=dict)
    tensors: frozenset[str] = frozenset()
    instances: Mapping[str, Instance] = field(default_factory=dict)
    assigned: frozenset[str] = frozenset()


def bindings(tree: ast.AST) -> dict[str, tuple[ast.expr | None, ...]]:
    """Every name that code binds, in any scope of it, with the expressions bound to it; None for other bindings."""
    found: dict[str, list[ast.expr | None]] = {}
    plain: set[ast.expr] = set()
    for node in ast.walk(tree):
        for target, value in _assigned(node):
            if isinstance(target, ast.Name):
                plain.add(target)
                found.setdefault(target.id, []).append(value)
    for node in ast.walk(tree):
        name: str | None = None
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load) and node not in plain:
            name = node.id
        elif isinstance(node, ast.arg):
            name = node.arg
        elif isinstance(node, ast.FunctionDef | ast.ClassDef | ast.ExceptHandler):
            name = node.name
        if name is not None:
            found.setdefault(name, []).append(None)
    return {name: tuple(values) for name, values in found.items()}


def _assigned(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    """What an assignment binds, with the expression bound to it; `a, b = x, y` binds two."""
    if not isinstance(node, ast.Assign | ast.NamedExpr):
        return
    value = node.value
    for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
            yield from zip(target.elts, value.elts, strict=True)
        else:
            yield target, value


def check_code(known: Known, tree: ast.AST, scope: Scope) -> Iterator[Fault]:
    """Everything wrong in the code: names and attributes that do not exist, arguments that are not taken."""
    return _Checker(known, scope).check(tree)


class _Checker:
    """Checks the code of one scope."""

    def __init__(self, known: Known, scope: Scope) -> None:
        self._known = known
        self._scope = scope
        self._asked: set[str] = set()

    def check(self, tree: ast.AST) -> Iterator[Fault]:
        inner = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute | ast.Name | ast.Call):
                for message in self._messages(node, id(node) in inner, id(node) in called):
                    yield Fault(node.lineno, message)

    def _messages(self, node: ast.Attribute | ast.Name | ast.Call, inner: bool, called: bool) -> Iterator[str]:
        """What is wrong with one node. `inner`: it is the owner of an attribute; `called`: it is called."""
        if isinstance(node, ast.Call):
            return self._call(node)
        dotted = self.qualified(node)
        if dotted is not None:
            return iter(()) if inner else self._name(dotted)
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
            return self._attribute(node, called)
        return iter(())

    # Names

    def qualified(self, node: ast.expr) -> str | None:
        """`ops.cat` as the qualified name it stands for."""
        if isinstance(node, ast.Name):
            return None if node.id in self._scope.bound else self._scope.qualified.get(node.id)
        if isinstance(node, ast.Attribute):
            head = self.qualified(node.value)
            return None if head is None else f"{head}.{node.attr}"
        return None

    def _name(self, dotted: str) -> Iterator[str]:
        if dotted.partition(".")[0] != "mindspore":
            if in_standard_library(dotted) is False:
                yield f"there is no {dotted}"
            return
        if dotted.endswith("__"):
            return
        owner = dotted
        while owner not in self._known.names and owner not in self._known.modules:
            owner = owner.rpartition(".")[0]
            if not owner:
                yield f"there is no {dotted}"
                return
        if owner == dotted:
            return
        rest = dotted[len(owner) + 1 :]
        if owner in self._known.modules:
            yield f"there is no {dotted}{similar(dotted, self._known.names)}"
        elif owner in (TENSOR, CELL) and self._known.has_fields:
            # Of other classes and of values (`ms.float32.itemsize`) nothing is known.
            member = rest.partition(".")[0]
            if member not in self._known.members(owner):
                yield f"{owner} has no {member}{nearest(member, self._known.members(owner))}"

    # Attributes

    def _attribute(self, node: ast.Attribute, called: bool) -> Iterator[str]:
        known, name = self._known, node.attr
        if not known.has_fields or name in dir(object):
            return
        instance = self.instance(node.value)
        if instance is not None:
            if name not in instance.has:
                where = f"{ast.unparse(node.value)}, a {instance.base}," if instance.base else ast.unparse(node.value)
                yield f"{where} has no {name}{nearest(name, instance.has)}"
        elif self.is_tensor(node.value):
            # Several tensors come as a tuple.
            if name not in known.members(PARAMETER) and name not in dir(tuple):
                yield f"a tensor has no {name}{nearest(name, known.tensor)}: {ast.unparse(node)}"
        elif not self.is_foreign(node.value):
            have = known.methods if called else known.attributes
            if name not in have and name not in self._scope.assigned:
                what = "method" if called else "attribute"
                yield f"nothing has a{'n' * (not called)} {what} {name}{nearest(name, have)}: {ast.unparse(node)}"

    def instance(self, node: ast.expr) -> Instance | None:
        """What is known of a value that is an instance of a class known by name: `self`, `super()`."""
        if isinstance(node, ast.Name):
            return self._scope.instances.get(node.id)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "super":
            return self._scope.instances.get("super()")
        return None

    def is_tensor(self, node: ast.expr) -> bool:
        """Whether a value certainly is a tensor, or several of them."""
        match node:
            case ast.Name(id=name):
                return name in self._scope.tensors or self._is_bound_to_tensors(name)
            case ast.Call(func=func):
                return self._makes_tensor(func)
            case ast.Attribute(value=value, attr=attr):
                return attr in ("T", "mT", "H", "real", "imag", "data", "grad") and self.is_tensor(value)
            case ast.BinOp(left=left, right=right):
                return self.is_tensor(left) or self.is_tensor(right)
            case ast.UnaryOp(op=op, operand=value):
                return not isinstance(op, ast.Not) and self.is_tensor(value)
            case ast.Compare(left=left, ops=ops, comparators=others):
                plain = any(isinstance(op, ast.Is | ast.IsNot | ast.In | ast.NotIn) for op in ops)
                return not plain and (self.is_tensor(left) or any(map(self.is_tensor, others)))
            case ast.Subscript(value=value):
                return self.is_tensor(value)
            case ast.IfExp(body=body, orelse=other):
                return self.is_tensor(body) and self.is_tensor(other)
        return False

    def _is_bound_to_tensors(self, name: str) -> bool:
        values = self._scope.bound.get(name, ())
        if not values or None in values:
            return False
        if name in self._asked:
            return True
        self._asked.add(name)
        try:
            return all(value is not None and self.is_tensor(value) for value in values)
        finally:
            self._asked.discard(name)

    def is_foreign(self, node: ast.expr) -> bool:
        """Whether a value may come out of another library than MindSpore, such as numpy, or out of nowhere."""
        match node:
            case ast.Name(id=name):
                if name not in self._scope.bound and name not in self._scope.instances:
                    return True
                if name in self._asked:
                    return False
                self._asked.add(name)
                try:
                    return any(v is not None and self.is_foreign(v) for v in self._scope.bound.get(name, ()))
                finally:
                    self._asked.discard(name)
            case ast.Call(func=ast.Attribute(attr=attr)) if attr in _TO_NUMPY:
                return True
            case ast.Call(func=value) | ast.Attribute(value=value) | ast.Subscript(value=value):
                dotted = self.qualified(value)
                return self.is_foreign(value) if dotted is None else dotted.partition(".")[0] != "mindspore"
        return False

    def _makes_tensor(self, func: ast.expr) -> bool:
        dotted = self.qualified(func)
        if dotted is not None:
            module, _, last = dotted.rpartition(".")
            return dotted in _TENSOR_MAKERS or (module in _TENSOR_MODULES and last[:1].islower())
        if isinstance(func, ast.Attribute) and self.is_tensor(func.value):
            return func.attr not in _NO_TENSOR
        return False

    # Calls

    def _call(self, call: ast.Call) -> Iterator[str]:
        name, overloads = self._callee(call.func)
        if overloads and not any(takes(signature, call) for signature in overloads):
            shown = ast.unparse(call).replace("_p_", "")
            yield f"{name} takes {' or '.join(map(show, overloads))}, not {shown}"

    def _callee(self, func: ast.expr) -> tuple[str, tuple[Signature, ...]]:
        """What is called, by name, and the overloads of it; none when they are not known."""
        known = self._known
        dotted = self.qualified(func)
        if dotted is not None:
            return dotted, known.signatures(dotted)
        if isinstance(func, ast.Name) and func.id in known.helpers and func.id not in self._scope.bound:
            return func.id, (known.helpers[func.id],)
        if not isinstance(func, ast.Attribute):
            return "", ()
        instance = self.instance(func.value)
        if instance is not None:
            own = instance.methods.get(func.attr)
            if own is not None:
                return f"{ast.unparse(func)}", (own,)
            if func.attr == "__init__":
                return f"{instance.base}", known.signatures(instance.base or "")
            for cls in (instance.base, CELL):
                if cls is not None and known.signatures(f"{cls}.{func.attr}"):
                    return f"{cls}.{func.attr}", known.signatures(f"{cls}.{func.attr}")
            return "", ()
        others = (known.python, known.cell, self._scope.assigned)
        certain = not self.is_foreign(func.value) and only_in(func.attr, known.tensor, *others)
        if certain or self.is_tensor(func.value):
            return f"{TENSOR}.{func.attr}", known.signatures(f"{TENSOR}.{func.attr}")
        return "", ()


def takes(signature: Signature, call: ast.Call) -> bool:
    """Whether a signature takes the arguments of a call, as far as they are written out."""
    written = {keyword.arg for keyword in call.keywords if keyword.arg is not None}
    starred = any(isinstance(arg, ast.Starred) for arg in call.args)
    positional = signature.positional
    if len(call.args) > len(positional) and signature.variadic is None and not starred:
        return False
    known = {p.name for p in signature.params if p.kind in (ParamKind.POSITIONAL, ParamKind.KEYWORD)}
    if not signature.takes_any_keyword and not written <= known:
        return False
    if starred or len(written) < len(call.keywords):
        return True
    by_position = {param.name for param in positional[: len(call.args)]}
    required = {p.name for p in signature.params if p.default is None and p.name in known}
    return not by_position & written and required <= by_position | written


def show(signature: Signature) -> str:
    """A signature as Python writes it."""
    parts: list[str] = []
    keyword_only = False
    for param in signature.params:
        star = {ParamKind.VARIADIC: "*", ParamKind.VARKW: "**"}.get(param.kind, "")
        if param.kind is ParamKind.KEYWORD and not keyword_only:
            keyword_only = True
            if signature.variadic is None:
                parts.append("*")
        parts.append(star + param.name + ("" if param.default is None else f"={param.default}"))
    return f"({', '.join(parts)})"


def assigned_attributes(trees: Iterable[ast.AST]) -> frozenset[str]:
    """The attributes that code sets on any value."""
    nodes = (node for tree in trees for node in ast.walk(tree))
    return frozenset(n.attr for n in nodes if isinstance(n, ast.Attribute) and isinstance(n.ctx, ast.Store))
