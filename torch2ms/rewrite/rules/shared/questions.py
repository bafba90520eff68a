"""Questions several rules ask."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from torch2ms.rewrite.analysis.sharing_places import default_of
from torch2ms.rewrite.context import FileContext
from torch2ms.rewrite.draft import Use
from torch2ms.source import kinds as k

_MAY_FREEZE = re.compile(r"requires_grad(_\(|\s*=(?!=)|[\"'])")


def freezes(ctx: FileContext) -> bool:
    """Whether parameters may be frozen in the file: `requires_grad` of something that may be one is set to anything but
    True. A tensor that asks for its gradient is none."""
    text = ctx.source.text
    found = [match[1] for match in _MAY_FREEZE.finditer(text)]
    if not found:
        return False
    if any(form in "\"'" for form in found):
        return True  # by its name, as setattr does
    return any(_may_freeze(ctx, node) for node in ctx.facts.attributes) or any(
        _makes_frozen(ctx, call, callee) for call, callee in ctx.facts.calls.items()
    )


def _may_freeze(ctx: FileContext, node: ast.Attribute) -> bool:
    if node.attr not in ("requires_grad", "requires_grad_") or k.settle(ctx.facts.attributes[node]) is k.TENSOR:
        return False
    if node.attr == "requires_grad_":
        call = ctx.call_of(node)
        value = None if call is None or has_stars(call) else argument(call, 0, "requires_grad")
        return call is None or has_stars(call) or not (value is None or is_literal(value, True))
    stmt = ctx.stmt(node)
    return isinstance(node.ctx, ast.Store) and not (isinstance(stmt, ast.Assign) and is_literal(stmt.value, True))


def _makes_frozen(ctx: FileContext, call: ast.Call, callee: k.Kind) -> bool:
    """Whether a call makes a parameter that is frozen from the start."""
    if not isinstance(k.settle(callee), (k.Ref, k.StoredApi, k.Var)) and k.settle(callee) is not k.UNKNOWN:
        return False
    kind = k.settle(callee)
    if isinstance(kind, (k.Ref, k.StoredApi)) and ctx.know.canonical(kind.name) != "torch.nn.Parameter":
        return False
    position = 1 if isinstance(kind, (k.Ref, k.StoredApi)) else len(call.args)
    value = argument(call, position, "requires_grad")
    return value is not None and not is_literal(value, True)


def argument(call: ast.Call, position: int, name: str) -> ast.expr | None:
    """An argument by position or keyword; None when it is not given plainly."""
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    if position < len(call.args) and not any(isinstance(a, ast.Starred) for a in call.args[: position + 1]):
        return call.args[position]
    return None


def input_of(use: Use) -> ast.expr | None:
    """The tensor that a function or a method is for: the receiver, or the first argument, `input`."""
    if use.receiver is not None or use.call is None:
        return use.receiver
    return argument(use.call, 0, "input")


def default(ctx: FileContext, origin: ast.arg) -> ast.expr | None:
    """What a parameter has its value from where nothing is passed."""
    arguments = ctx.parents.of(origin)
    return default_of(arguments, origin.arg) if isinstance(arguments, ast.arguments) else None


def has_stars(call: ast.Call) -> bool:
    """Whether a call passes `*args` or `**kwargs`."""
    return any(isinstance(a, ast.Starred) for a in call.args) or any(kw.arg is None for kw in call.keywords)


def is_literal(node: ast.expr | None, value: object) -> bool:
    """Whether an expression is this constant."""
    return isinstance(node, ast.Constant) and node.value is value


def is_whole_statement(use: Use) -> bool:
    """Whether the call of a site is a statement of its own."""
    return isinstance(use.stmt, ast.Expr) and use.stmt.value is use.call


def is_argument_of(ctx: FileContext, node: ast.AST, stmt: ast.stmt, *functions: str) -> bool:
    """Whether an expression is an argument of a function called by one of these plain names: `next(…)`."""
    parent = ctx.parent(node, stmt)
    called = parent.func if isinstance(parent, ast.Call) else None
    return isinstance(called, ast.Name) and called.id in functions and node is not called


def whole_class_spec(ctx: FileContext, use: Use) -> ast.AST:
    """What a class is given in: the class itself, or the tuple or union (`A | B`) it stands in."""
    spec: ast.AST = use.node
    parent = ctx.parent(spec, use.stmt)
    while isinstance(parent, (ast.Tuple, ast.BinOp)):
        spec, parent = parent, ctx.parent(parent, use.stmt)
    return spec


def self_assigned(use: Use, call: ast.expr) -> bool:
    """Whether the statement is `x = x.to(...)`: target and receiver are the same."""
    stmt = use.stmt
    return (
        isinstance(stmt, ast.Assign)
        and len(stmt.targets) == 1
        and stmt.value is call
        and use.receiver is not None
        and ast.dump(stmt.targets[0]).replace("Store()", "Load()") == ast.dump(use.receiver)
    )


def class_targets(cls: k.ClassInfo) -> Iterator[ast.Name]:
    """The names that assignments in the body of a class bind."""
    for stmt in cls.node.body:
        for target in stmt.targets if isinstance(stmt, ast.Assign) else [getattr(stmt, "target", None)]:
            if isinstance(target, ast.Name):
                yield target


def looks_like_device(ctx: FileContext, node: ast.expr) -> bool | None:
    """Whether an argument is a device: by kind, by literal, or by being called `…device`. None: cannot be told."""
    kind = ctx.kind(node)
    if kind is k.DEVICE:
        return True
    if isinstance(node, ast.Constant):
        return isinstance(node.value, (str, int)) and not isinstance(node.value, bool)
    if isinstance(kind, (k.Ref, k.StoredApi)) or kind in k.TENSORS or kind is k.DTYPE:
        return False
    name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
    if name.lower().endswith("device") or name in ("dev", "gpu", "cuda"):
        return True
    if isinstance(node, ast.JoinedStr) or kind is k.STR:
        return True
    return None


OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
    ast.MatMult: "@",
}


@dataclass(frozen=True, slots=True, eq=False)
class MethodCall:
    """A statement that is nothing but the call of a method: `receiver.method(…)`."""

    stmt: ast.Expr
    call: ast.Call
    callee: ast.Attribute

    @property
    def receiver(self) -> ast.expr:
        """What the method is called on."""
        return self.callee.value

    @property
    def method(self) -> str:
        """The name of the method."""
        return self.callee.attr

    @property
    def has_arguments(self) -> bool:
        """Whether the method is given anything."""
        return bool(self.call.args or self.call.keywords)


def method_call(stmt: ast.AST, *methods: str) -> MethodCall | None:
    """A statement as the call of a method, of one of these where any are given; None when it is anything else."""
    if isinstance(stmt, ast.Expr) and isinstance(stmt.value, ast.Call) and isinstance(stmt.value.func, ast.Attribute):
        if not methods or stmt.value.func.attr in methods:
            return MethodCall(stmt, stmt.value, stmt.value.func)
    return None


_BUILTIN_GENERICS = frozenset({"list", "tuple", "dict", "set", "frozenset", "type"})
_TYPING = ("typing.", "typing_extensions.", "collections.abc.")


def is_type(ctx: FileContext, node: ast.expr, stmt: ast.stmt) -> bool:
    """Whether a class is named as a type outside of an annotation: `Pair = Tuple[Tensor, Tensor]`, `Tensor | None`,
    `TypeVar("T", bound=Tensor)`, or an alias that nothing but annotations use."""
    child: ast.AST = node
    parent = ctx.parent(child, stmt)
    while isinstance(parent, ast.Tuple | ast.List | ast.keyword):
        child, parent = parent, ctx.parent(parent, stmt)
    if isinstance(parent, ast.Subscript):
        is_base = isinstance(stmt, ast.ClassDef) and parent in stmt.bases
        return parent.slice is child and (is_base or _is_generic(ctx, parent.value))
    if isinstance(parent, ast.Dict) and isinstance(stmt, ast.Assign):
        target = stmt.targets[0]
        return parent is stmt.value and isinstance(target, ast.Attribute) and target.attr == "__annotations__"
    if isinstance(parent, ast.BinOp):
        return isinstance(parent.op, ast.BitOr)
    if isinstance(parent, ast.Call):
        return child is not parent.func and _from_typing(ctx, parent.func).endswith((".TypeVar", ".NewType", ".cast"))
    if child is not node or getattr(stmt, "value", None) is not node:
        return False
    if isinstance(stmt, ast.AnnAssign):
        return _from_typing(ctx, stmt.annotation).endswith(".TypeAlias")
    return isinstance(stmt, ast.Assign) and len(stmt.targets) == 1 and _is_alias(ctx, stmt.targets[0])


def _is_alias(ctx: FileContext, target: ast.expr) -> bool:
    """Whether a name of the file is read in annotations, and nowhere else."""
    if not isinstance(target, ast.Name) or ctx.binding_scope(target) is not None:
        return False
    reads = [node for node in ctx.parents.names(target.id) if isinstance(node.ctx, ast.Load)]
    return bool(reads) and all(
        ctx.in_annotation(node, where) or is_type(ctx, node, where)
        for node in reads
        if (where := ctx.parents.stmt(node)) is not None
    )


def _is_generic(ctx: FileContext, node: ast.expr) -> bool:
    if isinstance(node, ast.Name) and node.id in _BUILTIN_GENERICS:
        return node not in ctx.facts.import_names
    return bool(_from_typing(ctx, node))


def _from_typing(ctx: FileContext, node: ast.expr) -> str:
    """The qualified name of something from the modules for types; "" for anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.insert(0, node.attr)
        node = node.value
    meant = ctx.facts.import_names.get(node, "") if isinstance(node, ast.Name) else ""
    name = ".".join(filter(None, [meant, *parts]))
    return name if name.startswith(_TYPING) else ""
