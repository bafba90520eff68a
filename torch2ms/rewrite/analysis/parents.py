"""What the nodes of a file are part of."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cached_property

# Fields without expressions or statements below them, which are not worth a look.
_NO_CHILDREN = frozenset({"ctx", "op", "ops", "id", "attr", "kind", "type_comment"})


class Parents:
    """What every node of a file is directly part of. The file is walked when that is first asked for.

    Operators and contexts have no parent here: many nodes share them.
    """

    def __init__(self, tree: ast.Module) -> None:
        self._tree = tree

    def of(self, node: ast.AST) -> ast.AST | None:
        """The node another one is directly part of; None for the file itself and for what is not in it."""
        return self._parents.get(node)

    def upwards(self, node: ast.AST) -> Iterator[ast.AST]:
        """An expression, what it is part of, and so on up to its statement."""
        above: ast.AST | None = node
        while above is not None:
            yield above
            above = None if isinstance(above, ast.stmt) else self.of(above)

    @cached_property
    def _parents(self) -> dict[ast.AST, ast.AST]:
        found: dict[ast.AST, ast.AST] = {}
        stack: list[ast.AST] = [self._tree]
        while stack:
            node = stack.pop()
            for name in node._fields:
                if name in _NO_CHILDREN:
                    continue
                value = getattr(node, name, None)
                if isinstance(value, list):
                    for item in value:
                        if isinstance(item, ast.AST):
                            found[item] = node
                            stack.append(item)
                elif isinstance(value, ast.AST):
                    found[value] = node
                    if not isinstance(value, ast.Name | ast.Constant):
                        stack.append(value)
        return found
