"""Where a tensor gets a name of its own, because its shape is asked for: a statement before the one that uses it."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from torch2ms.rewrite.context import FileContext
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.plan import Insert

_SIMPLE = (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Return, ast.Expr)
_FRESH = ("out", "y", "z", "out_2", "out_3")


def has_name(node: ast.expr) -> bool:
    """Whether an expression may be written several times: a name, or attributes of one."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name)


def has_place_before(ctx: FileContext, use: Use) -> bool:
    """Whether a statement may stand before that of a site without anything being evaluated in another order, or more
    often."""
    stmt, call = use.stmt, use.call
    if call is None or not isinstance(stmt, _SIMPLE) or ctx.blocks.function(stmt) is None:
        return False
    place = ctx.blocks.places[stmt]
    before = place.block[place.index - 1] if place.index else place.owner
    if isinstance(before, ast.stmt) and place.index and (before.end_lineno or 0) >= stmt.lineno:
        return False
    if not place.index and isinstance(before, ast.stmt) and before.lineno == stmt.lineno:
        return False
    child: ast.AST = call
    for above in ctx.parents.upwards(call):
        if above is not child:
            if not _is_first_in(above, child):
                return False
            child = above
    return child is stmt


def _is_first_in(parent: ast.AST, child: ast.AST) -> bool:
    """Whether nothing is computed in an expression or statement before one of its parts, which always is."""
    match parent:
        case ast.Call(func=func, args=args, keywords=keywords):
            parts: list[ast.AST] = [func, *args, *keywords]
        case ast.keyword() | ast.Attribute() | ast.Starred() | ast.UnaryOp() | ast.Return() | ast.Expr():
            return True
        case ast.BinOp(left=left, right=right):
            parts = [left, right]
        case ast.Subscript(value=value, slice=index):
            parts = [value, index]
        case ast.Tuple(elts=elts) | ast.List(elts=elts):
            parts = list(elts)
        case ast.Assign(value=value) | ast.AnnAssign(value=value):
            return child is value
        case ast.AugAssign(target=ast.Name(), value=value):
            return child is value
        case _:
            return False
    for part in parts:
        if part is child:
            return True
        if not _is_only_read(part):
            return False
    return False


def _is_only_read(node: ast.AST) -> bool:
    read = (ast.Name, ast.Attribute, ast.Constant, ast.keyword, ast.expr_context)
    return all(isinstance(part, read) for part in ast.walk(node))


def new_name(ctx: FileContext, use: Use, sizes: Iterable[ast.AST]) -> str | None:
    """A name for the tensor that a site is given: that of what is assigned, or one that is free."""
    stmt, call = use.stmt, use.call
    function = ctx.blocks.function(stmt)
    if function is None or call is None:
        return None
    if isinstance(stmt, ast.Assign) and stmt.value is call and len(stmt.targets) == 1:
        target = stmt.targets[0]
        if isinstance(target, ast.Name) and _is_own(ctx, target, function):
            read = {node.id for size in sizes for node in ast.walk(size) if isinstance(node, ast.Name)}
            if target.id not in read:
                return target.id
    return next((name for name in _FRESH if is_free(ctx, name, use)), None)


def _is_own(ctx: FileContext, name: ast.Name, function: ast.AST) -> bool:
    """Whether a name belongs to the function alone: it is neither global, nor read by a function in it."""
    outer = (ast.Global, ast.Nonlocal)
    if any(isinstance(part, outer) and name.id in part.names for part in ast.walk(function)):
        return False
    return all(ctx.blocks.scope(stmt) is function for _, stmt in ctx.blocks.loads(name.id, function))


def is_free(ctx: FileContext, name: str, use: Use) -> bool:
    """Whether a name means nothing in the function of a site, nor in what is put before its statement already."""
    function = ctx.blocks.function(use.stmt)
    if function is None or any(ctx.blocks.inside(stmt, function) for _, stmt in ctx.blocks.names(name)):
        return False
    if any(isinstance(part, ast.arg) and part.arg == name for part in _arguments(function)):
        return False
    written = (plan.template.text for plan in ctx.stmt_plans(use.stmt) if isinstance(plan, Insert))
    return not any(name in text.replace(",", " ").split() for text in written)


def _arguments(function: ast.AST) -> Iterator[ast.AST]:
    for part in ast.walk(function):
        if isinstance(part, ast.arguments):
            yield from ast.walk(part)
