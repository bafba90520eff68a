"""Leaves names that are torch's on one path of the program only, and counts their uses.

`if FUSED: from apex import relu` … `else: from torch.nn.functional import relu`: which of the two a call reaches is
known only when the program runs. What stands in for a package that is missing (`except ImportError`) is no such name,
and neither is one whose condition has been answered: `if version.parse(torch.__version__) >= version.parse("2.0")`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from torch2ms.mapping.namespaces import is_torch
from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.rules.shared.answers import known_answer


def _start(ctx: FileContext) -> None:
    """Say of every use which meaning it may have."""
    for node, name in ctx.facts.either.items():
        root, _, rest = ctx.text(node).partition(".")
        meanings = list(_meanings(ctx, root))
        if len(meanings) == 1:
            only = ".".join(filter(None, (meanings[0], rest)))
            if is_torch(only) and ctx.know.is_mapped(only):
                ctx.add_site(node, ctx.know.canonical(only), ctx.stmt(node), ctx.call_of(node))
            continue
        use = ctx.add_site(node, ctx.know.canonical(name), ctx.stmt(node), ctx.call_of(node))
        ctx.unknown(
            use, f"{ctx.text(node)} is {name} on one path of the program and something else on another", "T2M204"
        )


def _meanings(ctx: FileContext, local: str) -> Iterator[str]:
    """What statements that may run bind a name to; "" for what is not imported."""
    for stmt in ctx.blocks.places:
        found: list[str] = []
        match stmt:
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                found = [ctx.imports.meaning(stmt, a) for a in names if (a.asname or a.name.partition(".")[0]) == local]
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                found = [""] if name == local else []
        if found and not _is_dead(ctx, stmt):
            yield from found
    for node in ctx.parents.names(local):
        if not isinstance(node.ctx, ast.Load) and not _is_dead(ctx, ctx.parents.stmt(node)):
            yield ""


def _is_dead(ctx: FileContext, stmt: ast.stmt) -> bool:
    """Whether a statement stands in a branch that is known not to run."""
    child: ast.stmt = stmt
    for above in ctx.blocks.above(stmt):
        if isinstance(above, ast.If):
            value = known_answer(ctx, above.test)
            if value is not None and child in (above.orelse if value else above.body):
                return True
        child = above
    return False


RULE = Rule(start=_start, after=("versions",))
