"""Calls that are taken out wherever they stand, because they say something to torch and compute nothing."""

from __future__ import annotations

import ast

from torch2ms.rewrite.context import FileContext
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.plan import Template
from torch2ms.rewrite.rules.shared.questions import is_whole_statement

_NOTHING = "contextlib.nullcontext"
_SHOWING = frozenset({"print", "debug", "info", "warning", "warn", "error", "log"})


def take_statement(ctx: FileContext, use: Use) -> bool:
    """Plan that a call which is a statement goes."""
    if not is_whole_statement(use):
        return False
    ctx.drop_inside(use.stmt)
    ctx.delete_stmt(use.stmt)
    return True


def _is_read_elsewhere(ctx: FileContext, stack: ast.expr, stmt: ast.stmt) -> bool:
    """Whether a stack of contexts is read by another statement: without any, its name would be left unused."""
    if not isinstance(stack, ast.Name):
        return True
    return any(other is not stmt for _, other in ctx.blocks.loads(stack.id, ctx.blocks.scope(stmt)))


def take_context(ctx: FileContext, use: Use) -> bool:
    """Plan that a context manager goes: an item of a `with`, a decorator, what an ExitStack enters; as a value it
    becomes a context that does nothing. False where it is used in another way, or what it gives is read."""
    call, stmt = use.call, use.stmt
    expr = use.node if call is None else call
    if isinstance(stmt, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and expr in stmt.decorator_list:
        ctx.drop_decorator(stmt, stmt.decorator_list.index(expr))
        ctx.drop_inside(expr)
        return True
    if call is None:
        return False
    if isinstance(stmt, ast.With | ast.AsyncWith):
        for index, item in enumerate(stmt.items):
            if item.context_expr is call:
                return _take_item(ctx, stmt, index)
    above = ctx.parents.of(call)
    if isinstance(above, ast.Call) and isinstance(above.func, ast.Attribute) and above.args == [call]:
        if above.func.attr == "enter_context" and isinstance(stmt, ast.Expr) and stmt.value is above:
            if _is_read_elsewhere(ctx, above.func.value, stmt):
                ctx.drop_inside(stmt)
                ctx.delete_stmt(stmt)
            else:
                _take_value(ctx, call)
            return True
    if isinstance(above, ast.Call) and above.func is call:  # `record_function("name")(f)`
        if len(above.args) == 1 and not above.keywords and not isinstance(above.args[0], ast.Starred):
            ctx.drop_inside(call)
            ctx.replace(above, "{value}", {"value": above.args[0]})
            return True
        return False
    if isinstance(above, ast.IfExp) and call is not above.test:
        return _take_branch(ctx, call, above, stmt)
    if isinstance(above, ast.Return):
        _take_value(ctx, call)
        return True
    return False


def _take_value(ctx: FileContext, node: ast.expr) -> None:
    """Put a context that does nothing in place of an expression."""
    ctx.drop_inside(node)
    ctx.replace(node, f"{ctx.spell(_NOTHING)}()")


def _take_branch(ctx: FileContext, call: ast.Call, choice: ast.IfExp, stmt: ast.stmt) -> bool:
    """`context() if fast else nullcontext()` is nothing either way."""
    other = choice.orelse if call is choice.body else choice.body
    if not _is_nothing(ctx, other):
        _take_value(ctx, call)
        return True
    if isinstance(stmt, ast.With | ast.AsyncWith):
        for index, item in enumerate(stmt.items):
            if item.context_expr is choice:
                return _take_item(ctx, stmt, index)
    _take_value(ctx, choice)
    return True


def _is_nothing(ctx: FileContext, node: ast.expr) -> bool:
    """Whether an expression is a context that does nothing, or becomes one."""
    plan = ctx.plan(node)
    if isinstance(plan, Template):
        return plan.text == f"{ctx.spell(_NOTHING)}()"
    if not isinstance(node, ast.Call) or node.args or node.keywords:
        return False
    return ast.unparse(node.func) in ("nullcontext", "contextlib.nullcontext")


def _take_item(ctx: FileContext, stmt: ast.With | ast.AsyncWith, index: int) -> bool:
    target = stmt.items[index].optional_vars
    if target is not None:
        if not isinstance(target, ast.Name) or not take_uses(ctx, target):
            return False
    ctx.drop_inside(stmt.items[index].context_expr)
    ctx.unwrap(stmt, {index})
    return True


def take_assigned(ctx: FileContext, use: Use) -> bool:
    """Plan that `p = profile(…)` goes with the statements that only call methods of it or print what these give."""
    match use.stmt:
        case ast.Assign(targets=[ast.Name() as name], value=value) if value is use.call and take_uses(ctx, name):
            ctx.drop_inside(use.stmt)
            ctx.delete_stmt(use.stmt)
            return True
    return False


def take_uses(ctx: FileContext, name: ast.Name) -> bool:
    """Plan that the statements go which use a name; False, and none goes, where one of them does something else."""
    scope = ctx.binding_scope(name)
    if scope is None and ctx.facts.neighbours is not None and ctx.facts.neighbours.reads(name.id):
        return False
    found: dict[ast.Name, ast.stmt] = {}
    for node in ctx.parents.names(name.id):
        if node is name or ctx.binding_scope(node) is not scope:
            continue
        stmt = ctx.parents.stmt(node)
        if not ctx.survives(node, stmt):
            continue
        if isinstance(node.ctx, ast.Load) and _only_acts(ctx, node, stmt):
            found[node] = stmt
        elif not _holds_the_same(ctx, node, name):
            return False
    for node, stmt in found.items():
        ctx.drop_inside(stmt)
        ctx.delete_stmt(stmt)
        if not any(use.stmt is stmt for use in ctx.sites()):
            ctx.structural(node, stmt, _made_by(ctx, name), "")
    return True


def _holds_the_same(ctx: FileContext, node: ast.Name, name: ast.Name) -> bool:
    """Whether a name is given another object of the same kind."""
    return not isinstance(node.ctx, ast.Load) and _made_by(ctx, node) == _made_by(ctx, name) != ""


def _made_by(ctx: FileContext, name: ast.Name) -> str:
    """The API that a call gives what a `with` or an assignment binds to a name."""
    match ctx.parents.of(name):
        case ast.withitem(context_expr=ast.Call(func=callee)) | ast.Assign(value=ast.Call(func=callee)):
            return ctx.know.canonical(ctx.facts.refs.get(callee, ""))
    return ""


def _only_acts(ctx: FileContext, node: ast.Name, stmt: ast.stmt) -> bool:
    """Whether a statement calls a method of what a name holds, or prints what such a method gives, and no more."""
    if not isinstance(stmt, ast.Expr) or not isinstance(stmt.value, ast.Call):
        return False
    outer: ast.expr = node
    above = ctx.parents.of(outer)
    while isinstance(above, ast.Attribute) or (isinstance(above, ast.Call) and above.func is outer):
        outer, above = above, ctx.parents.of(above)
    if outer is stmt.value:
        return True
    callee = stmt.value.func
    word = callee.id if isinstance(callee, ast.Name) else callee.attr if isinstance(callee, ast.Attribute) else ""
    return word in _SHOWING and outer in stmt.value.args and isinstance(outer, ast.Call)
