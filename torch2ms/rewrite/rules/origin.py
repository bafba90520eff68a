"""Where the tensor a name holds comes from: whether something else may hold it too.

Not a rewrite of its own: the in-place rule and augmented assignment ask.
"""

from __future__ import annotations

import ast
from enum import Enum

from torch2ms.rewrite.engine import Rewriter
from torch2ms.rewrite.rules._common import statements


class Origin(Enum):
    """What a name was last bound to."""

    FRESH = "a new value"
    PARAMETER = "a parameter of the function"
    ALIAS = "another name, an item or a view"


_SHARING = frozenset(
    "view reshape transpose permute t expand unsqueeze squeeze flatten narrow select detach data contiguous to float "
    "view_as swapaxes movedim diagonal unfold T chunk split unbind".split()
)


def origin_of(rw: Rewriter, name: ast.Name, stmt: ast.stmt) -> Origin:
    """The origin of a name just before a statement, by the last binding above it in its function."""
    func = rw.facts.owners.get(stmt)
    body = rw.tree.body if func is None else getattr(func.node, "body", [])
    last: ast.expr | None = None
    found = False
    for other in statements(body if isinstance(body, list) else []):
        if other.lineno >= stmt.lineno:
            break
        if isinstance(other, ast.Assign):
            for target in other.targets:
                if isinstance(target, ast.Name) and target.id == name.id:
                    last, found = other.value, True
                elif any(isinstance(n, ast.Name) and n.id == name.id for n in ast.walk(target)) and isinstance(
                    target, (ast.Tuple, ast.List)
                ):
                    last, found = other.value, True
        elif isinstance(other, ast.AnnAssign) and isinstance(other.target, ast.Name) and other.target.id == name.id:
            last, found = other.value, True
        elif isinstance(other, (ast.For, ast.AsyncFor)):
            if any(isinstance(n, ast.Name) and n.id == name.id for n in ast.walk(other.target)):
                return Origin.ALIAS
    if not found:
        if func is not None and name.id in func.params:
            return Origin.PARAMETER
        return Origin.FRESH if func is None else Origin.ALIAS
    if last is None or isinstance(last, (ast.Name, ast.Attribute, ast.Subscript, ast.IfExp)):
        return Origin.ALIAS
    if isinstance(last, ast.Call) and isinstance(last.func, ast.Attribute) and last.func.attr in _SHARING:
        return Origin.ALIAS
    return Origin.FRESH
