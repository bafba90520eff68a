"""Takes a name out of `__all__` when all that binds it has gone: a class under `if hasattr(torch._C, "_rpc_init"):`.

Names that imports of torch bind are not its concern: those stay importable.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from torch2ms.rewrite.context import FileContext, Rule

_LISTS = (ast.List, ast.Tuple)


def _finish(ctx: FileContext) -> None:
    """Look at what the lists of `__all__` name."""
    if not ctx.has_plans() or ctx.facts.stars:
        return
    for node in ctx.parents.names("__all__"):
        stmt = ctx.parents.stmt(node)
        if isinstance(stmt, (ast.Assign, ast.AugAssign, ast.AnnAssign)) and isinstance(stmt.value, _LISTS):
            _shorten(ctx, stmt, stmt.value)


def _shorten(ctx: FileContext, stmt: ast.stmt, listed: ast.List | ast.Tuple) -> None:
    going = [item for item in listed.elts if isinstance(item, ast.Constant) and _is_gone(ctx, str(item.value))]
    if not going or len(going) == len(listed.elts) or ctx.plan(listed) is not None:
        return
    for item in going:
        ctx.structural(item, stmt, "torch", "")
    source, (begin, end) = ctx.source.text, ctx.source.span(listed)
    spans = [ctx.source.span(item) for item in listed.elts]
    staying = [place for place, item in enumerate(listed.elts) if item not in going]
    text = source[begin : spans[0][0]]
    for place in staying:
        until = spans[place + 1][0] if place != staying[-1] else spans[place][1]
        text += source[spans[place][0] : until]
    text += source[spans[-1][1] : end]
    ctx.replace(listed, text.replace("{", "{{").replace("}", "}}"))


def _is_gone(ctx: FileContext, name: str) -> bool:
    """Whether the file bound a name at its top, and nothing that did is left."""
    bindings = list(_bindings(ctx, name))
    return bool(bindings) and all(map(ctx.is_deleted, bindings))


def _bindings(ctx: FileContext, name: str) -> Iterator[ast.stmt]:
    """The statements that bind a name of the file."""
    for stmt in ctx.blocks.places:
        match stmt:
            case ast.FunctionDef(name=bound) | ast.AsyncFunctionDef(name=bound) | ast.ClassDef(name=bound):
                if bound == name and ctx.blocks.scope(stmt) is ctx.tree:
                    yield stmt
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                if any((alias.asname or alias.name.partition(".")[0]) == name for alias in aliases):
                    yield stmt
    for node in ctx.parents.names(name):
        if not isinstance(node.ctx, ast.Load):
            yield ctx.parents.stmt(node)


RULE = Rule(finish=_finish, after=("unused_names",))
