"""What the nodes of a file are part of."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
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
        return self._walked[0].get(node)

    def names(self, name: str) -> list[ast.Name]:
        """The places where a name of this spelling stands, in no particular order."""
        return self._walked[1].get(name, [])

    def attributes(self) -> Sequence[ast.Attribute]:
        """Every attribute that is read or written, in no particular order."""
        return self._walked[2]

    def all_names(self) -> Iterator[ast.Name]:
        """Every place where a name stands, in no particular order."""
        for places in self._walked[1].values():
            yield from places

    def upwards(self, node: ast.AST) -> Iterator[ast.AST]:
        """An expression, what it is part of, and so on up to its statement."""
        above: ast.AST | None = node
        while above is not None:
            yield above
            above = None if isinstance(above, ast.stmt) else self.of(above)

    def stmt(self, node: ast.expr) -> ast.stmt:
        """The statement an expression is in; an argument or handler stands for an expression here."""
        return next(part for part in self.upwards(node) if isinstance(part, ast.stmt))

    @cached_property
    def _walked(self) -> tuple[dict[ast.AST, ast.AST], dict[str, list[ast.Name]], list[ast.Attribute]]:
        found: dict[ast.AST, ast.AST] = {}
        names: dict[str, list[ast.Name]] = {}
        attributes: list[ast.Attribute] = []
        stack: list[ast.AST] = [self._tree]
        while stack:
            node = stack.pop()
            if isinstance(node, ast.Attribute):
                attributes.append(node)
            for name in node._fields:
                if name in _NO_CHILDREN:
                    continue
                value = getattr(node, name, None)
                if isinstance(value, list):
                    for item in value:
                        if isinstance(item, ast.AST):
                            found[item] = node
                            if isinstance(item, ast.Name):
                                names.setdefault(item.id, []).append(item)
                            elif not isinstance(item, ast.Constant):
                                stack.append(item)
                elif isinstance(value, ast.AST):
                    found[value] = node
                    if isinstance(value, ast.Name):
                        names.setdefault(value.id, []).append(value)
                    elif not isinstance(value, ast.Constant):
                        stack.append(value)
        return found, names, attributes
