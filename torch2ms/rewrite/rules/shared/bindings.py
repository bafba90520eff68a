"""What a name was last bound to.

Not a rewrite of its own: the rules that give parameters new values ask.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from torch2ms.rewrite.analysis.blocks import own_statements
from torch2ms.rewrite.context import FileContext


@dataclass(frozen=True, slots=True, eq=False)
class _Binding:
    """A statement that gives a name a value; None where that is one item after the other, in a loop."""

    stmt: ast.stmt
    value: ast.expr | None


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
