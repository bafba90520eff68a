"""Names the calls of packages that compute with torch's tensors and know no others, such as `kornia` and `xformers`.

Nothing of them is rewritten: the call would raise an error once it is given a tensor of MindSpore. Packages whose own
source is being converted are left alone, and so are imports that may fail: the file does without them then. In a file
that uses MindSpore already they have been seen to.
"""

from __future__ import annotations

import ast

from torch2ms.mapping.packages import TORCH_PACKAGES
from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.source import kinds as k

_MISSING = frozenset({"ImportError", "ModuleNotFoundError", "Exception"})


def _start(ctx: FileContext) -> None:
    """Find the calls, where the file imports such a package and has to."""
    roots = frozenset[str]() if ctx.uses_mindspore else _needed(ctx)
    for call, kind in ctx.facts.calls.items() if roots else ():
        callee = k.settle(kind)
        if not isinstance(callee, k.Ref) or ctx.know.is_mapped(callee.name):
            continue
        root = callee.name.partition(".")[0]
        if root in roots:
            use = ctx.add_site(call.func, callee.name, ctx.stmt(call), call)
            ctx.manual(use, "T2M107", f"{root} knows the tensors of torch and no others", TORCH_PACKAGES[root])


def _needed(ctx: FileContext) -> frozenset[str]:
    """The packages for torch that the file imports and cannot do without."""
    found: set[str] = set()
    for stmt in ctx.facts.imports:
        if isinstance(stmt, ast.ImportFrom) and stmt.level:
            continue
        modules = [alias.name for alias in stmt.names] if isinstance(stmt, ast.Import) else [stmt.module or ""]
        found.update(name.partition(".")[0] for name in modules if not _may_fail(ctx, stmt))
    neighbours = ctx.facts.neighbours
    return frozenset(
        root for root in found & TORCH_PACKAGES.keys() if neighbours is None or not neighbours.has_module(root)
    )


def _may_fail(ctx: FileContext, stmt: ast.stmt) -> bool:
    """Whether an import stands in a `try` that goes on where it fails."""
    for above in ctx.blocks.above(stmt):
        if isinstance(above, ast.Try):
            for handler in above.handlers:
                if handler.type is None:
                    return True
                if any(isinstance(part, ast.Name) and part.id in _MISSING for part in ast.walk(handler.type)):
                    return True
    return False


RULE = Rule(start=_start)
