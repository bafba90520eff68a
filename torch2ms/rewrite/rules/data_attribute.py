"""Writes changes of a tensor's `.data` as MindSpore makes them, because its `.data` cannot be assigned.

`p.data = value`: a Parameter or a buffer takes it with `ops.assign`, a tensor is rebound. Before the first step of
training a Parameter takes it with `set_data`, which admits another shape; later an optimizer would go on with the value
it had, and no longer train it.
"""

from __future__ import annotations

import ast

from torch2ms.rewrite.analysis.blocks import own_statements
from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.plan import Template, Value
from torch2ms.rewrite.rules.shared.bindings import bound_value
from torch2ms.rewrite.rules.shared.questions import OPERATORS
from torch2ms.rewrite.rules.shared.registered_buffers import is_plain
from torch2ms.rewrite.rules.shared.set_parameters import (
    LAYOUT,
    has_own_layout,
    has_torch_layout,
    in_type_of,
    is_view,
    keeps_shape,
    may_set_data,
    strip_data,
)
from torch2ms.source import kinds as k

_SHAPE = "ops.assign asks for the shape and type of the Parameter; with set_data an optimizer no longer trains it"
_SHARED = "torch lets the two share their memory from here on, ops.assign copies the value"
_DETACHED = "in torch, a change through .data takes no part in the gradient; here it does"


def _data(ctx: FileContext, use: Use) -> bool:
    node, stmt = use.node, use.stmt
    assert isinstance(node, ast.Attribute)
    if use.receiver is None:
        return False
    parameter = use.receiver_kind in (k.PARAMETER, k.BUFFER)
    if isinstance(node.ctx, ast.Load):
        own_layout = has_own_layout(ctx, use.receiver)
        if not _written_through(ctx, node, stmt):
            if own_layout and _is_looked_at(ctx, node, use.receiver, stmt):
                ctx.replace(node, "ops.stop_gradient({t}.squeeze(2))", {"t": use.receiver})
                return ctx.converted(use, "mindspore.ops.stop_gradient")
            return use.receiver_kind is k.PARAMETER and _kept(ctx, use, node, use.receiver)
        ctx.replace(node, "{t}.squeeze(2)" if own_layout else "{t}", {"t": use.receiver})
        if parameter:
            return ctx.converted(use, "mindspore.Parameter")
        return ctx.check(use, "mindspore.Tensor", _DETACHED, "T2M303")
    operator = OPERATORS.get(type(stmt.op)) if isinstance(stmt, ast.AugAssign) else None
    if isinstance(stmt, ast.AugAssign) and stmt.target is node and operator is not None and parameter:
        new = Template(f"{{t}} {operator} {{value}}", {"t": use.receiver, "value": stmt.value})
        value = in_type_of(ctx, new, stmt.value, use.receiver, stmt)
        ctx.replace_stmt(stmt, "ops.assign({t}, {value})", {"t": use.receiver, "value": value})
        return ctx.converted(use, "mindspore.ops.assign")
    if isinstance(stmt, ast.Assign) and len(stmt.targets) == 1 and stmt.targets[0] is node:
        values = {"t": use.receiver, "value": stmt.value}
        if ctx.stmt_plans(stmt):
            return ctx.converted(use, "mindspore.ops.assign")
        if use.receiver_kind is k.PARAMETER:
            return _give(ctx, use, stmt, use.receiver)
        if use.receiver_kind is k.BUFFER and is_plain(ctx, use.receiver):
            ctx.replace_stmt(stmt, "{t} = {value}", values)
            return ctx.converted(use, "mindspore.Tensor")
        if use.receiver_kind is k.BUFFER:
            ctx.replace_stmt(stmt, "ops.assign({t}, {value})", values)
            return ctx.converted(use, "mindspore.ops.assign")
    return ctx.manual(use, "T2M202", "data cannot be assigned this way in MindSpore", "use set_data")


def _is_looked_at(ctx: FileContext, node: ast.Attribute, parameter: ast.expr, stmt: ast.stmt) -> bool:
    """Whether the data of a weight with a layout of its own is only read, and not given to another such weight."""
    parent = ctx.parent(node, stmt)
    if isinstance(parent, ast.Attribute) and parent.attr.endswith("_"):
        return False
    weight = ast.unparse(parameter)
    for inner in ast.walk(stmt):
        if isinstance(inner, ast.Attribute) and has_own_layout(ctx, inner):
            if ast.unparse(inner) != weight or _is_changed(ctx, inner, stmt):
                return False
    return True


def _is_changed(ctx: FileContext, weight: ast.Attribute, stmt: ast.stmt) -> bool:
    """Whether a statement gives a weight, its data or items of these new values."""
    child: ast.AST = weight
    parent = ctx.parent(child, stmt)
    while isinstance(parent, (ast.Attribute, ast.Subscript)) and parent.value is child:
        if not isinstance(parent.ctx, ast.Load):
            return True
        if isinstance(parent, ast.Attribute) and parent.attr.endswith("_"):
            return True
        child, parent = parent, ctx.parent(parent, stmt)
    return not isinstance(weight.ctx, ast.Load)


def _give(ctx: FileContext, use: Use, stmt: ast.Assign, parameter: ast.expr) -> bool:
    """`p.data = value`, where p is a Parameter."""
    value: Value = stmt.value
    if has_own_layout(ctx, parameter):
        if not has_torch_layout(ctx, stmt.value):
            return ctx.manual(use, "T2M305", LAYOUT, "give it a value of that shape by ops.assign")
        value = Template("{value}.expand_dims(2)", {"value": stmt.value})
    values: dict[str, Value] = {"p": parameter, "value": value}
    if may_set_data(ctx, parameter, stmt):
        # A Parameter with the memory of a view refuses ops.assign.
        bound = bound_value(ctx, stmt.value, stmt) if isinstance(stmt.value, ast.Name) else stmt.value
        text = "{p}.set_data({value}.copy())" if bound is not None and is_view(bound) else "{p}.set_data({value})"
        ctx.replace_stmt(stmt, text, values)
        return ctx.converted(use, "mindspore.Parameter.set_data")
    values["value"] = in_type_of(ctx, value, stmt.value, parameter, stmt)
    ctx.replace_stmt(stmt, "ops.assign({p}, {value})", values)
    source = strip_data(stmt.value)
    if ctx.kind(source) is k.PARAMETER and isinstance(source, (ast.Name, ast.Attribute, ast.Subscript)):
        return ctx.check(use, "mindspore.ops.assign", _SHARED, "T2M303")
    if keeps_shape(ctx, stmt.value, parameter) or _is_in_forward(ctx, stmt):
        return ctx.converted(use, "mindspore.ops.assign")
    return ctx.check(use, "mindspore.ops.assign", _SHAPE, "T2M303")


def _is_in_forward(ctx: FileContext, stmt: ast.stmt) -> bool:
    """Whether a statement is run at every call of a module, and so cannot give a Parameter another shape each time."""
    owner = ctx.facts.owners.get(stmt)
    return owner is not None and owner.cls is not None and getattr(owner.node, "name", "") == "forward"


def _kept(ctx: FileContext, use: Use, node: ast.Attribute, parameter: ast.expr) -> bool:
    """`backup[name] = p.data`, where `p.data = value` follows: what is kept does not see the new value."""
    parent = ctx.parents.of(node)
    match parent:
        case ast.Assign() | ast.ListComp() | ast.DictComp() | ast.List() | ast.Dict() | ast.Tuple():
            pass
        case ast.Call(func=ast.Attribute(attr="append")):
            pass
        case _:
            return False
    scope = ctx.blocks.scope(use.stmt)
    for other in own_statements(scope.body if isinstance(scope, (ast.Module, ast.FunctionDef)) else []):
        if other.lineno > use.stmt.lineno and isinstance(other, ast.Assign) and _gives_data(ctx, other):
            if ctx.steps.some_between(use.stmt, other):
                return False
            ctx.replace(node, "ops.stop_gradient({p}).copy()", {"p": parameter})
            return ctx.converted(use, "mindspore.Tensor.copy")
    return False


def _gives_data(ctx: FileContext, stmt: ast.Assign) -> bool:
    """Whether a statement is `p.data = value` of a Parameter."""
    return any(
        isinstance(target, ast.Attribute) and target.attr == "data" and ctx.kind(target.value) is k.PARAMETER
        for target in stmt.targets
    )


def _written_through(ctx: FileContext, node: ast.Attribute, stmt: ast.stmt) -> bool:
    """Whether an item of the data is changed: `p.data[0] = 1`, `p.data[0].fill_(1)`."""
    child: ast.expr = node
    parent = ctx.parent(child, stmt)
    while isinstance(parent, ast.Subscript) and parent.value is child:
        child, parent = parent, ctx.parent(parent, stmt)
    if not isinstance(child, ast.Subscript):
        return False
    if not isinstance(child.ctx, ast.Load):
        return True
    in_place = isinstance(parent, ast.Attribute) and parent.attr.endswith("_") and not parent.attr.endswith("__")
    return in_place and isinstance(stmt, ast.Expr)


RULE = Rule(sites={"torch.Tensor.data": _data})
