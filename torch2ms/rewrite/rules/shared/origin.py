"""Where the tensor a name holds comes from, and whether something else may hold it too.

Not a rewrite of its own: the in-place rule and the aliasing rule ask.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
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


VIEW_METHODS = frozenset(
    """
    view reshape transpose permute t expand unsqueeze squeeze flatten narrow select unbind chunk split data
    detach view_as swapaxes movedim diagonal unfold T real
    """.split()
)
"""Methods and attributes of a tensor whose result shares its memory, or may."""

# Those, and what gives the tensor itself where there is nothing to convert.
_SHARING = VIEW_METHODS | frozenset("contiguous to float half double type long int cpu cuda".split())


def _bindings(rw: FileContext, name: str, stmt: ast.stmt) -> tuple[ast.expr | None, ast.stmt] | None:
    """The last binding of a name above a statement in its function: the value (None for a loop target) and where."""
    found: tuple[ast.expr | None, ast.stmt] | None = None
    for other in own_statements(_body(rw, stmt)):
        if other.lineno >= stmt.lineno:
            break
        if isinstance(other, ast.Assign):
            for target in other.targets:
                if (isinstance(target, ast.Name) and target.id == name) or (
                    isinstance(target, (ast.Tuple, ast.List)) and _binds(target, name)
                ):
                    found = (other.value, other)
        elif isinstance(other, ast.AnnAssign) and isinstance(other.target, ast.Name) and other.target.id == name:
            if other.value is not None:
                found = (other.value, other)
        elif isinstance(other, (ast.For, ast.AsyncFor)) and _binds(other.target, name):
            found = (None, other)
    return found


def _body(rw: FileContext, stmt: ast.stmt) -> Sequence[ast.stmt]:
    func = rw.facts.owners.get(stmt)
    if func is None:
        return rw.tree.body
    return [] if isinstance(func.node, ast.Lambda) else func.node.body


def _binds(target: ast.expr, name: str) -> bool:
    return any(isinstance(n, ast.Name) and n.id == name for n in ast.walk(target))


def origin_of(rw: FileContext, name: ast.Name, stmt: ast.stmt) -> Origin:
    """The origin of a name just before a statement, by the last binding above it in its function."""
    binding = _bindings(rw, name.id, stmt)
    if binding is None:
        func = rw.facts.owners.get(stmt)
        if func is not None and name.id in func.params:
            return Origin.PARAMETER
        return Origin.FRESH if func is None else Origin.ALIAS
    value, _ = binding
    if value is None:
        return Origin.VIEW
    if isinstance(value, (ast.Name, ast.Attribute)):
        return Origin.ALIAS
    if isinstance(value, ast.IfExp):
        return (
            Origin.ALIAS
            if any(isinstance(v, (ast.Name, ast.Attribute)) for v in (value.body, value.orelse))
            else Origin.FRESH
        )
    if isinstance(value, ast.Subscript):
        return Origin.VIEW if _is_tensor(rw, value.value) else Origin.ALIAS
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr in _SHARING:
        inner = value.func.value
        # A view of a value computed on the spot shares it with nobody.
        while isinstance(inner, ast.Call) and isinstance(inner.func, ast.Attribute) and inner.func.attr in _SHARING:
            inner = inner.func.value
        return Origin.VIEW if isinstance(inner, (ast.Name, ast.Attribute, ast.Subscript)) else Origin.FRESH
    return Origin.FRESH


def _is_tensor(rw: FileContext, node: ast.expr) -> bool:
    return k.is_tensor(rw.kind(node))


def held_elsewhere(rw: FileContext, name: ast.Name, stmt: ast.stmt) -> bool:
    """Whether what a name was bound to may still be read after a statement changes it in place."""
    binding = _bindings(rw, name.id, stmt)
    if binding is None:
        return True
    value, place = binding
    if value is None:
        return True
    sources = {n.id for n in ast.walk(value) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
    if isinstance(value, ast.Attribute):
        return True
    sources.discard(name.id)
    if not sources:
        # `x = x.view(-1)`: the tensor it was is out of reach, unless it came from the caller.
        func = rw.facts.owners.get(stmt)
        earlier = _bindings(rw, name.id, place)
        return earlier is None and func is not None and name.id in func.params
    func = rw.facts.owners.get(stmt)
    if func is not None and not isinstance(func.node, ast.Lambda):
        own = {a.arg for a in (*func.node.args.posonlyargs, *func.node.args.args, *func.node.args.kwonlyargs)}
        if sources & own - {"self"}:
            return True
    in_loop = any(
        isinstance(s, (ast.For, ast.AsyncFor, ast.While)) and s.lineno <= stmt.lineno <= (s.end_lineno or 0)
        for s in own_statements(_body(rw, stmt))
    )
    for other in own_statements(_body(rw, stmt)):
        if other.lineno > (stmt.end_lineno or stmt.lineno) or in_loop:
            if other is stmt or other is place:
                continue
            for node in own_nodes(other):
                if isinstance(node, ast.Name) and node.id in sources and isinstance(node.ctx, ast.Load):
                    return True
    return False
