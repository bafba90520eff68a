"""Takes a name out of `__all__` when all that binds it has gone: a class under `if hasattr(torch._C, "_rpc_init"):`.

Names that imports of torch bind are not its concern: those stay importable.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Set

from torch2ms.rewrite.context import FileContext, Rule

_LISTS = (ast.List, ast.Tuple)


def _finish(ctx: FileContext) -> None:
    """Look at what the lists of `__all__` name."""
    if not ctx.has_plans() or ctx.facts.stars:
        return
    nodes = ctx.parents.names("__all__")
    gone = _gone(ctx) if nodes else frozenset()
    for stmt in map(ctx.parents.stmt, nodes):
        if isinstance(stmt, (ast.Assign, ast.AugAssign, ast.AnnAssign)) and isinstance(stmt.value, _LISTS):
            _shorten(ctx, stmt, stmt.value, gone)


def _shorten(ctx: FileContext, stmt: ast.stmt, listed: ast.List | ast.Tuple, gone: Set[str]) -> None:
    going = [item for item in listed.elts if isinstance(item, ast.Constant) and item.value in gone]
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


def _gone(ctx: FileContext) -> Set[str]:
    """The names that the file bound at its top, and of which no binding is left."""
    bindings: dict[str, list[ast.stmt]] = {}
    for stmt in ctx.blocks.places:
        for name in _bound(ctx, stmt):
            bindings.setdefault(name, []).append(stmt)
    for node in ctx.parents.all_names():
        if not isinstance(node.ctx, ast.Load):
            bindings.setdefault(node.id, []).append(ctx.parents.stmt(node))
    return {name for name, stmts in bindings.items() if all(map(ctx.is_deleted, stmts))}


def _bound(ctx: FileContext, stmt: ast.stmt) -> Iterator[str]:
    """The names that a definition at the top of the file, or an import, binds."""
    match stmt:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            if ctx.blocks.scope(stmt) is ctx.tree:
                yield name
        case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
            yield from (alias.asname or alias.name.partition(".")[0] for alias in aliases)


RULE = Rule(finish=_finish, after=("unused_names",))
