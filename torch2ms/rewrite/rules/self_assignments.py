"""Takes out assignments of a value to itself that another rewrite has left: `x, y = x.cuda(), y.float()` is one of y.

Where the source itself says `x = x`, that stays.
"""

from __future__ import annotations

import ast

from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.plan import Insert, Template, Value


def _finish(ctx: FileContext) -> None:
    """Look at the assignments whose values have changed."""
    if not ctx.has_plans():
        return
    for stmt in {use.stmt: None for use in ctx.sites() if isinstance(use.stmt, ast.Assign)}:
        if isinstance(stmt, ast.Assign) and len(stmt.targets) == 1 and not ctx.is_deleted(stmt):
            if isinstance(ctx.blocks.scope(stmt), ast.ClassDef):
                continue  # a class takes a name over from outside
            if all(isinstance(plan, Insert) for plan in ctx.stmt_plans(stmt)):
                _shorten(ctx, stmt, stmt.targets[0])


def _shorten(ctx: FileContext, stmt: ast.Assign, target: ast.expr) -> None:
    if isinstance(target, ast.Tuple) and isinstance(stmt.value, ast.Tuple) and ctx.plan(stmt.value) is None:
        pairs = list(zip(target.elts, stmt.value.elts, strict=False))
        if len(target.elts) != len(stmt.value.elts) or any(isinstance(one, ast.Starred) for one in stmt.value.elts):
            return
    else:
        pairs = [(target, stmt.value)]
    staying = [pair for pair in pairs if not _is_itself(ctx, *pair)]
    if len(staying) == len(pairs):
        return
    if not staying:
        ctx.delete_stmt(stmt)
        return
    values: dict[str, Value] = {}
    for place, (left, right) in enumerate(staying):
        values |= {f"target{place}": left, f"value{place}": right}
    sides = (", ".join(f"{{{side}{place}}}" for place in range(len(staying))) for side in ("target", "value"))
    ctx.replace_stmt(stmt, " = ".join(sides), values)


def _is_itself(ctx: FileContext, target: ast.expr, value: ast.expr) -> bool:
    """Whether a value has become what it is assigned to."""
    found = _what_is_left(ctx, value)
    if found is value or not isinstance(target, ast.Name | ast.Attribute):
        return False
    return ast.dump(target).replace("Store()", "Load()") == ast.dump(found)


def _what_is_left(ctx: FileContext, node: ast.expr) -> ast.expr:
    """The part of an expression that alone is written of it."""
    plan = ctx.plan(node)
    if isinstance(plan, Template) and len(plan.values) == 1:
        (name, value), *_ = plan.values.items()
        if plan.text == f"{{{name}}}" and isinstance(value, ast.expr):
            return _what_is_left(ctx, value)
    return node


RULE = Rule(finish=_finish, after=("unused_names",))
