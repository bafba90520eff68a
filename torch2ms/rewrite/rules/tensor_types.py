"""Writes `torch.FloatTensor` and its kin, held in a variable, as the dtype they stand for: MindSpore has one Tensor.

`Tensor = torch.cuda.FloatTensor if cuda else torch.FloatTensor` becomes `Tensor = ms.float32`, `x.type(Tensor)` casts
to it, and what the variable is called with becomes a tensor of that dtype. A variable that goes elsewhere is left.
`x.type("torch.FloatTensor")` is a cast, too. `torch.set_default_tensor_type(torch.FloatTensor)` goes: so does
MindSpore by itself.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.rows.calls import Planned
from torch2ms.rewrite.rules.shared.questions import is_argument_of, is_type, whole_class_spec
from torch2ms.source import kinds as k

_DTYPES = {
    "Tensor": "float32",
    "FloatTensor": "float32",
    "DoubleTensor": "float64",
    "HalfTensor": "float16",
    "BFloat16Tensor": "bfloat16",
    "LongTensor": "int64",
    "IntTensor": "int32",
    "ShortTensor": "int16",
    "CharTensor": "int8",
    "ByteTensor": "uint8",
    "BoolTensor": "bool_",
}
_DEFAULT = frozenset({"float32"})


def _tensor_type(ctx: FileContext, use: Use) -> bool:
    if use.call is not None or ctx.in_annotation(use.node, use.stmt) or is_type(ctx, use.node, use.stmt):
        return False
    spec = whole_class_spec(ctx, use)
    parent = ctx.parent(spec, use.stmt)
    if is_argument_of(ctx, spec, use.stmt, "isinstance", "issubclass") or isinstance(
        parent, ast.Compare | ast.ClassDef
    ):
        return False
    dtype = f"ms.{_DTYPES[use.name.rpartition('.')[2]]}"
    whole = _whole(ctx, use)
    if _is_cast(ctx, whole):
        ctx.replace(whole, dtype)
        return ctx.converted(use, dtype)
    held = _held(ctx, use, whole)
    if held is None:
        return _mark(ctx, use)
    for call, planned in held.calls:
        ctx.replace(call, planned.plan)
        for helper in planned.helpers:
            ctx.helper(helper)
        if ctx.site(call.func) is None:
            made = ctx.add_site(call.func, use.name, ctx.stmt(call), call)
            if planned.body.check:
                ctx.check(made, planned.target, planned.body.check)
            else:
                ctx.converted(made, planned.target)
    ctx.replace(whole, dtype if held.casts or not held.annotates else "Tensor")
    return ctx.converted(use, dtype)


def _mark(ctx: FileContext, use: Use) -> bool:
    """`torch.Tensor` in a container, or given to a function: it says which type is meant, unless it is called there."""
    parent = ctx.parent(use.node, use.stmt)
    call = ctx.parents.of(parent) if isinstance(parent, ast.keyword) else parent
    is_given = isinstance(call, ast.Call) and call.func is not use.node and not _looks_inside(call)
    if isinstance(call, ast.Call) and call.func in ctx.facts.refs:
        return False
    if use.name != "torch.Tensor" or not (is_given or isinstance(parent, ast.Tuple | ast.List | ast.Set | ast.Dict)):
        return False
    ctx.replace(use.node, ctx.spell("mindspore.Tensor"))
    return ctx.check(use, "mindspore.Tensor", "as a type it is the same; called with sizes it is not", "T2M206")


def _looks_inside(call: ast.Call) -> bool:
    """Whether a function calls the class it is given, or reads its attributes."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    return name in ("map", "partial", "starmap", "apply", "apply_", "getattr", "setattr", "hasattr", "dir", "vars")


def _whole(ctx: FileContext, use: Use) -> ast.expr:
    """The choice between tensor types of one dtype that a type is part of: `A if cuda else B`."""
    node = use.node
    while True:
        parent = ctx.parent(node, use.stmt)
        if not isinstance(parent, ast.IfExp) or node is parent.test:
            return node
        if len({_dtype(ctx, arm) for arm in _arms(parent)}) != 1:
            return node
        node = parent


def _arms(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, ast.IfExp):
        yield from _arms(node.body)
        yield from _arms(node.orelse)
    else:
        yield node


def _dtype(ctx: FileContext, node: ast.expr) -> str | None:
    """The dtype of a tensor type; None for anything else."""
    kind = k.settle(ctx.facts.kinds.get(node, k.UNKNOWN))
    name = ctx.facts.refs.get(node) or (kind.name if isinstance(kind, k.StoredApi) else "")
    canonical = ctx.know.canonical(name)
    return _DTYPES.get(canonical.rpartition(".")[2]) if canonical in RULE.sites else None


def _is_cast(ctx: FileContext, node: ast.expr) -> bool:
    """Whether an expression is the argument of `x.type(…)`."""
    call = ctx.parents.of(node)
    match call:
        case ast.Call(func=ast.Attribute(attr="type"), args=[only], keywords=[]):
            return only is node
        case ast.keyword(arg="dtype" | "type"):
            outer = ctx.parents.of(call)
            return isinstance(outer, ast.Call) and isinstance(outer.func, ast.Attribute) and outer.func.attr == "type"
    return False


@dataclass(frozen=True, slots=True)
class _Held:
    """How a variable that holds a tensor type is used: the calls of it, and whether it casts and annotates."""

    calls: tuple[tuple[ast.Call, Planned], ...]
    casts: bool
    annotates: bool


def _held(ctx: FileContext, use: Use, whole: ast.expr) -> _Held | None:
    """The uses of the variable that a tensor type is assigned to; None where it may be used otherwise."""
    stmt = use.stmt
    if not isinstance(stmt, ast.Assign) or stmt.value is not whole or len(stmt.targets) != 1:
        return None
    target, dtype = stmt.targets[0], _dtype(ctx, use.node)
    places = _places(ctx, target)
    row = ctx.tables.row(use.name)
    if places is None or row is None:
        return None
    calls: list[tuple[ast.Call, Planned]] = []
    casts = annotates = False
    for place in places:
        parent = ctx.parents.of(place)
        if not isinstance(place.ctx, ast.Load):
            if not isinstance(parent, ast.Assign) or {_dtype(ctx, arm) for arm in _arms(parent.value)} != {dtype}:
                return None
        elif isinstance(parent, ast.Call) and parent.func is place:
            planned = ctx.calls.plan(parent, row, None)
            if not isinstance(planned, Planned):
                return None
            calls.append((parent, planned))
        elif _is_cast(ctx, place):
            casts = True
        elif ctx.in_annotation(place, ctx.parents.stmt(place)):
            annotates = True
        else:
            return None
    return _Held(tuple(calls), casts, annotates)


def _places(ctx: FileContext, target: ast.expr) -> list[ast.Name | ast.Attribute] | None:
    """Where the variable of an assignment stands, read or written."""
    if isinstance(target, ast.Name):
        scope = ctx.binding_scope(target)
        return [node for node in ctx.parents.names(target.id) if ctx.binding_scope(node) is scope]
    if isinstance(target, ast.Attribute):
        return [node for node in ctx.parents.attributes() if node.attr == target.attr]
    return None


def _cast(ctx: FileContext, use: Use) -> bool:
    """`x.type("torch.FloatTensor")`"""
    match use.call:
        case ast.Call(args=[ast.Constant(value=str(name))], keywords=[]) if use.receiver is not None:
            dtype = _DTYPES.get(name.removeprefix("torch.").removeprefix("cuda."))
            if dtype is not None and name.startswith("torch."):
                ctx.replace(use.call, f"{{self}}.astype(ms.{dtype})", {"self": use.receiver})
                return ctx.converted(use, "mindspore.Tensor.astype")
    return False


def _set_default(ctx: FileContext, use: Use) -> bool:
    """`torch.set_default_tensor_type(torch.FloatTensor)`, as a statement."""
    call = use.call
    if call is None or len(call.args) != 1 or not isinstance(use.stmt, ast.Expr) or use.stmt.value is not call:
        return False
    if not all(_is_default(ctx, arm) for arm in _arms(call.args[0])):
        return False
    ctx.delete_stmt(use.stmt)
    ctx.drop_inside(call.args[0])
    return ctx.converted(use)


def _is_default(ctx: FileContext, node: ast.expr) -> bool:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value.removeprefix("torch.").removeprefix("cuda.") == "FloatTensor"
    if ctx.facts.refs.get(node) in ("torch.float32", "torch.float"):
        return True
    return _dtype(ctx, node) in _DEFAULT


_TYPES = [f"torch.{name}" for name in _DTYPES] + [f"torch.cuda.{name}" for name in _DTYPES if name != "Tensor"]

RULE = Rule(
    sites={name: _tensor_type for name in _TYPES}
    | {"torch.Tensor.type": _cast}
    | {"torch.set_default_tensor_type": _set_default, "torch.set_default_dtype": _set_default}
)
