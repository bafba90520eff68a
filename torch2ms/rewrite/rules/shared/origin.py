"""Where the tensor a name holds comes from, and whether something else may hold it too.

Not a rewrite of its own: the in-place rule and the aliasing rule ask.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from torch2ms.rewrite.analysis.blocks import own_nodes, own_statements
from torch2ms.rewrite.context import FileContext
from torch2ms.source import kinds as k


class Origin(Enum):
    """What a name was last bound to."""

    FRESH = "a new value"
    PARAMETER = "a parameter of the function"
    ALIAS = "another name or an attribute"
    VIEW = "an item or a view of a tensor"


# Methods whose result is a view of the tensor they are called on.
VIEWS = frozenset(
    "view reshape transpose permute t expand unsqueeze squeeze flatten narrow select unbind chunk split data detach "
    "view_as swapaxes movedim diagonal unfold T".split()
)
# Those whose result may be that tensor itself, besides.
_MAY_SHARE = VIEWS | frozenset("contiguous to float half double type long int cpu cuda".split())


@dataclass(frozen=True, slots=True, eq=False)
class _Binding:
    """A statement that gives a name a value; None where that is one item after the other, in a loop."""

    stmt: ast.stmt
    value: ast.expr | None


def origin_of(ctx: FileContext, name: ast.Name, stmt: ast.stmt) -> Origin:
    """The origin of a name just before a statement, by the last binding above it in its function."""
    binding = _last_binding(ctx, name.id, stmt)
    if binding is None:
        func = ctx.facts.owners.get(stmt)
        if func is not None and name.id in func.params:
            return Origin.PARAMETER
        return Origin.FRESH if func is None else Origin.ALIAS
    match binding.value:
        case None:
            return Origin.VIEW
        case ast.Name() | ast.Attribute():
            return Origin.ALIAS
        case ast.IfExp(body=body, orelse=orelse):
            is_name = any(isinstance(value, (ast.Name, ast.Attribute)) for value in (body, orelse))
            return Origin.ALIAS if is_name else Origin.FRESH
        case ast.Subscript(value=value):
            return Origin.VIEW if k.is_tensor(ctx.kind(value)) else Origin.ALIAS
        case value:
            # A view of a value computed on the spot shares it with nobody.
            viewed = _viewed(value)
            shares = viewed is not value and isinstance(viewed, (ast.Name, ast.Attribute, ast.Subscript))
            return Origin.VIEW if shares else Origin.FRESH


def _viewed(value: ast.expr) -> ast.expr:
    """What a chain of views and conversions starts from: x in `x.view(2, 3).float()`."""
    while isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr in _MAY_SHARE:
        value = value.func.value
    return value


def bound_value(ctx: FileContext, name: ast.Name, stmt: ast.stmt) -> ast.expr | None:
    """What the last binding of a name above a statement in its function gives it, if that is one value."""
    binding = _last_binding(ctx, name.id, stmt)
    return None if binding is None else binding.value


def _last_binding(ctx: FileContext, name: str, stmt: ast.stmt) -> _Binding | None:
    """The last binding of a name above a statement in its function."""
    found: _Binding | None = None
    for other in own_statements(_body(ctx, stmt)):
        if other.lineno >= stmt.lineno:
            break
        match other:
            case ast.Assign(targets=targets, value=value):
                if any(_binds(target, name) for target in targets):
                    found = _Binding(other, value)
            case ast.AnnAssign(target=ast.Name(id=target), value=ast.expr() as value):
                if target == name:
                    found = _Binding(other, value)
            case ast.For(target=target) | ast.AsyncFor(target=target):
                if _binds(target, name):
                    found = _Binding(other, None)
    return found


def _body(ctx: FileContext, stmt: ast.stmt) -> Sequence[ast.stmt]:
    """The body of the function a statement is in, or of the file."""
    func = ctx.facts.owners.get(stmt)
    if func is None:
        return ctx.tree.body
    return [] if isinstance(func.node, ast.Lambda) else func.node.body


def _binds(target: ast.expr, name: str) -> bool:
    """Whether a target gives a name a value."""
    if not isinstance(target, (ast.Name, ast.Tuple, ast.List)):
        return False
    return any(isinstance(node, ast.Name) and node.id == name for node in ast.walk(target))


def held_elsewhere(ctx: FileContext, name: ast.Name, stmt: ast.stmt) -> bool:
    """Whether what a name was bound to may still be read after a statement changes it in place."""
    binding = _last_binding(ctx, name.id, stmt)
    if binding is None or binding.value is None or isinstance(binding.value, ast.Attribute):
        return True
    func = ctx.facts.owners.get(stmt)
    sources = _names_read(binding.value) - {name.id}
    if not sources:
        # `x = x.view(-1)`: the tensor it was is out of reach, unless it came from the caller.
        earlier = _last_binding(ctx, name.id, binding.stmt)
        return earlier is None and func is not None and name.id in func.params
    if func is not None and not isinstance(func.node, ast.Lambda):
        arguments = func.node.args
        own = {arg.arg for arg in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}
        if sources & own - {"self"}:
            return True
    return _are_read_later(ctx, sources, stmt, binding.stmt)


def _names_read(node: ast.AST) -> set[str]:
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}


def _are_read_later(ctx: FileContext, names: set[str], stmt: ast.stmt, apart_from: ast.stmt) -> bool:
    """Whether a statement that may run after one of the same function reads names."""
    body = list(own_statements(_body(ctx, stmt)))
    in_loop = any(
        isinstance(other, (ast.For, ast.AsyncFor, ast.While))
        and other.lineno <= stmt.lineno <= (other.end_lineno or other.lineno)
        for other in body
    )
    later = [other for other in body if in_loop or other.lineno > (stmt.end_lineno or stmt.lineno)]
    return any(
        isinstance(node, ast.Name) and node.id in names and isinstance(node.ctx, ast.Load)
        for other in later
        if other is not stmt and other is not apart_from
        for node in own_nodes(other)
    )
