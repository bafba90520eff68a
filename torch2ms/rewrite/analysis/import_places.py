"""Where a name has to be imported for a place that reads it: in a function, in a block, or at the top of the file."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TypeAlias

from torch2ms.rewrite.analysis.parents import Parents

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
Block: TypeAlias = Function | ast.If | ast.Try

_CATCHING = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})


@dataclass(frozen=True, slots=True)
class Reading:
    """How a place reads a name.

    `block`: what runs it, a function, or an `if` or `try` at the top of the file; None for the file itself.
    `annotation`: the annotation it is part of, if any. `is_evaluated`: False in an annotation that nothing evaluates.
    """

    block: Block | None
    annotation: ast.expr | None = None
    is_evaluated: bool = True


def reading(node: ast.expr, parents: Parents, postponed: bool) -> Reading:
    """How a place reads a name. `postponed`: the file has `from __future__ import annotations`.

    A lambda or a comprehension belongs to what is around it: there is no place for an import in it.
    """
    annotation: ast.expr | None = None
    is_evaluated = True
    child: ast.AST = node
    above = parents.of(child)
    while above is not None:
        if isinstance(child, ast.expr) and _is_annotation(child, above):
            annotation = child
            is_evaluated = not postponed and not (isinstance(above, ast.AnnAssign) and _is_local(above, parents))
        if isinstance(child, ast.stmt) and _holds(above, child, parents):
            assert isinstance(above, Block)
            return Reading(above, annotation, is_evaluated)
        child, above = above, parents.of(above)
    return Reading(None, annotation, is_evaluated)


def blocks_that_import(readings: list[Block], parents: Parents) -> list[Block]:
    """The blocks in which the import is to stand, in source order: those inside of another one see that one's."""
    found = set(readings)
    outermost = [block for block in found if not any(above in found for above in _around(block, parents))]
    return sorted(outermost, key=lambda block: (block.lineno, block.col_offset))


def _around(block: ast.AST, parents: Parents) -> list[ast.AST]:
    above, child = parents.of(block), block
    around: list[ast.AST] = []
    while above is not None:
        # A default or a decorator is evaluated outside of its function, and the `else` of an `if` without its body.
        if isinstance(above, Block) and child in above.body:
            around.append(above)
        child, above = above, parents.of(above)
    return around


def _is_annotation(child: ast.expr, above: ast.AST) -> bool:
    if isinstance(above, Function):
        return above.returns is child
    return isinstance(above, ast.arg | ast.AnnAssign) and above.annotation is child


def _is_local(stmt: ast.AnnAssign, parents: Parents) -> bool:
    """Whether an annotated assignment stands in a function, where annotations are not evaluated."""
    above = parents.of(stmt)
    while above is not None and not isinstance(above, Function | ast.ClassDef):
        above = parents.of(above)
    return isinstance(above, Function)


def _holds(above: ast.AST, child: ast.stmt, parents: Parents) -> bool:
    """Whether an import first in the body of a statement serves a statement in it."""
    if isinstance(above, Function):
        return child in above.body
    if not isinstance(above, ast.If | ast.Try) or not isinstance(parents.of(above), ast.Module):
        return False
    return child in above.body and (isinstance(above, ast.If) or _catches(above))


def _catches(stmt: ast.Try) -> bool:
    """Whether a `try` has a handler for an import that fails."""
    for handler in stmt.handlers:
        names = [] if handler.type is None else [n.id for n in ast.walk(handler.type) if isinstance(n, ast.Name)]
        if handler.type is None or _CATCHING.intersection(names):
            return True
    return False
