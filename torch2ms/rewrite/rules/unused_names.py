"""Drops a local assignment when all that read its name is gone: `device = x.device` served `device=device` alone.

Only a value that does nothing but look something up goes: names, attributes, items, constants, comparisons.
"""

from __future__ import annotations

import ast

from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.plan import Insert

_LOOKING = (
    *(ast.Name, ast.Attribute, ast.Constant, ast.Subscript, ast.IfExp, ast.Compare, ast.BoolOp, ast.UnaryOp),
    *(ast.Tuple, ast.expr_context, ast.cmpop, ast.boolop, ast.unaryop),
)


def _finish(ctx: FileContext) -> None:
    """Look at the assignments of every function, until nothing more goes."""
    if not ctx.has_plans():
        return
    assigned: dict[str, list[ast.Assign]] = {}
    for stmt, owner in ctx.facts.owners.items():
        if owner is not None and isinstance(stmt, ast.Assign) and len(stmt.targets) == 1:
            target = stmt.targets[0]
            if isinstance(target, ast.Name) and _only_looks(stmt.value):
                assigned.setdefault(target.id, []).append(stmt)
    changed = True
    while changed:
        changed = False
        for name, stmts in assigned.items():
            for stmt in stmts:
                if not ctx.is_deleted(stmt) and _is_idle(ctx, name, stmt):
                    ctx.delete_stmt(stmt)
                    ctx.structural(stmt.targets[0], stmt, "torch.device", "")
                    changed = True


def _only_looks(value: ast.expr) -> bool:
    for node in ast.walk(value):
        if isinstance(node, ast.Call):
            if not (isinstance(node.func, ast.Name) and node.func.id in ("isinstance", "hasattr", "len")):
                return False
        elif not isinstance(node, _LOOKING):
            return False
    return True


def _is_idle(ctx: FileContext, name: str, stmt: ast.Assign) -> bool:
    """Whether a local name was read in its function, and nothing that reads it is left."""
    target = stmt.targets[0]
    if any(not isinstance(plan, Insert) for plan in ctx.stmt_plans(stmt)) or not isinstance(target, ast.Name):
        return False
    reads = [node for node in ctx.parents.names(name) if not isinstance(node.ctx, ast.Store)]
    if not reads or any(ctx.survives(node, ctx.parents.stmt(node)) for node in reads):
        return False
    scope = ctx.binding_scope(target)
    return scope is not None and any(ctx.binding_scope(node) is scope for node in reads)


RULE = Rule(finish=_finish, after=("device",))
