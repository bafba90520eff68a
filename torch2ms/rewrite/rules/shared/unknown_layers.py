"""The weight and bias of a layer whose class is not known: a helper asks the layer what it calls them.

Not a rewrite of its own: the rules for attributes of layers and for changes in place ask.
"""

from __future__ import annotations

import ast

from torch2ms.rewrite.context import FileContext
from torch2ms.source import kinds as k

_HELPER = "layer_parameter"
_ASKED = frozenset({"weight", "bias"})
_FREEZES = frozenset({"requires_grad"})


def can_ask(node: ast.expr) -> bool:
    """Whether an attribute is one that the helper knows, and is read."""
    return isinstance(node, ast.Attribute) and node.attr in _ASKED and isinstance(node.ctx, ast.Load)


def ask(ctx: FileContext, node: ast.Attribute, stmt: ast.stmt) -> str:
    """`m.weight` becomes a call of the helper; its name. A statement that fills it has a variable for the Parameter."""
    name = ctx.helper(_HELPER)
    call = f'{name}({{layer}}, "{node.attr}")'
    if not _is_surely_run(ctx, node, stmt):
        ctx.replace(node, call, {"layer": node.value})
        return name
    scope, local = ctx.blocks.scope(stmt), node.attr
    while any(ctx.blocks.inside(place, scope) for _, place in ctx.blocks.names(local)):
        local += "_"
    ctx.insert(stmt, "before", f"{local} = {call}", {"layer": node.value})
    ctx.replace(node, local)
    return name


def _is_surely_run(ctx: FileContext, node: ast.expr, stmt: ast.stmt) -> bool:
    """Whether a statement is a call that an expression is an argument or the receiver of, under no condition."""
    if not isinstance(stmt, ast.Expr):
        return False
    child: ast.AST | None = ctx.parent(node, stmt)
    while isinstance(child, ast.Call | ast.Attribute | ast.keyword) and child is not stmt.value:
        child = ctx.parent(child, stmt)
    return child is stmt.value and isinstance(child, ast.Call)


def wants_parameter(ctx: FileContext, node: ast.expr, stmt: ast.stmt) -> bool:
    """Whether a weight is filled by torch.nn.init, frozen, or asked whether it is there: its shape does not matter."""
    parent = ctx.parent(node, stmt)
    if isinstance(parent, ast.Call) and parent.func is not node:
        callee = k.settle(ctx.facts.calls.get(parent, k.UNKNOWN))
        return isinstance(callee, k.Ref) and ctx.know.canonical(callee.name).startswith("torch.nn.init.")
    if isinstance(parent, ast.Attribute):
        return parent.attr in _FREEZES and isinstance(parent.ctx, ast.Store)
    if isinstance(parent, ast.Compare) and len(parent.ops) == 1 and parent.left is node:
        right = parent.comparators[0]
        return isinstance(parent.ops[0], ast.Is | ast.IsNot) and isinstance(right, ast.Constant) and right.value is None
    return False


def filled(ctx: FileContext) -> frozenset[tuple[ast.AST, str]]:
    """The values whose weight or bias torch.nn.init fills, or a method through `.data`: each with its scope."""
    found = set()
    for node in ctx.facts.attributes:
        stmt = ctx.facts.stmts.get(node)
        if stmt is None or not can_ask(node):
            continue
        parent = ctx.parent(node, stmt)
        is_data = isinstance(parent, ast.Attribute) and parent.attr == "data" and isinstance(stmt, ast.Expr)
        if is_data or (isinstance(parent, ast.Call) and wants_parameter(ctx, node, stmt)):
            found.add((ctx.blocks.scope(stmt), ast.unparse(node.value)))
    return frozenset(found)


def by_name(ctx: FileContext, call: ast.Call, attr: str) -> str | None:
    """`hasattr(m, "bias")` and `getattr(m, "bias", None)` become a call of the helper; its name."""
    function = call.func.id if isinstance(call.func, ast.Name) else ""
    none = call.args[2] if len(call.args) == 3 else None
    if attr not in _ASKED or (function != "hasattr" and not (isinstance(none, ast.Constant) and none.value is None)):
        return None
    if function not in ("hasattr", "getattr"):
        return None
    stmt, name = ctx.stmt(call), ctx.helper(_HELPER)
    both = ctx.parent(call, stmt)
    if function == "hasattr" and isinstance(both, ast.BoolOp) and isinstance(both.op, ast.And):
        rest = [value for value in both.values if value is not call]
        is_there = f"{ast.unparse(call.args[0])}.{attr} is not None"
        if len(rest) == 1 and both.values[0] is call and ast.unparse(rest[0]) == is_there:
            ctx.replace(both, "{rest}", {"rest": rest[0]})
            return name
    test = " is not None" if function == "hasattr" else ""
    ctx.replace(call, f'{name}({{layer}}, "{attr}"){test}', {"layer": call.args[0]})
    return name
