"""The parents of expressions inside their statements."""

from __future__ import annotations

import ast
from collections.abc import Iterator


class Parents:
    """The parent of every expression, found for a whole statement when it is first asked for."""

    def __init__(self) -> None:
        self._parents: dict[ast.AST, ast.AST] = {}
        self._walked: set[ast.stmt] = set()

    def of(self, node: ast.AST, stmt: ast.stmt) -> ast.AST | None:
        """The parent of an expression inside its statement (the statement itself at the top)."""
        if stmt not in self._walked:
            self._walked.add(stmt)
            stack: list[ast.AST] = [stmt]
            while stack:
                item = stack.pop()
                for child in ast.iter_child_nodes(item):
                    if not isinstance(child, ast.stmt):
                        self._parents[child] = item
                        stack.append(child)
        return self._parents.get(node)

    def upwards(self, node: ast.AST, stmt: ast.stmt) -> Iterator[ast.AST]:
        """An expression, its parent, and so on up to the statement."""
        child: ast.AST | None = node
        while child is not None:
            yield child
            child = self.of(child, stmt)
