"""What the nodes of a file are part of."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
# Fields without expressions or statements below them, which are not worth a look.
_NO_CHILDREN = frozenset({"ctx", "op", "ops", "id", "attr", "kind", "type_comment"})
# The fields of each type of nodes that hold other nodes, or may.
_FIELDS: dict[type, tuple[str, ...]] = {
    kind: tuple(name for name in kind._fields if name not in _NO_CHILDREN)
    for kind in vars(ast).values()
    if isinstance(kind, type) and issubclass(kind, ast.AST)
}


@dataclass(slots=True)
class _Walked:
    """What one walk over a file finds."""

    above: dict[ast.AST, ast.AST] = field(default_factory=dict)
    names: dict[str, list[ast.Name]] = field(default_factory=dict)
    attributes: list[ast.Attribute] = field(default_factory=list)
    yields: list[ast.Yield | ast.YieldFrom] = field(default_factory=list)


class Parents:
    """What every node of a file is directly part of. The file is walked when that is first asked for.

    Operators and contexts have no parent here: many nodes share them.
    """

    def __init__(self, tree: ast.Module) -> None:
        self._tree = tree
        self._stmts: dict[ast.AST, ast.stmt] = {}
        self._around: dict[ast.stmt, Sequence[ast.AST]] = {}

    def of(self, node: ast.AST) -> ast.AST | None:
        """The node another one is directly part of; None for the file itself and for what is not in it."""
        return self._walked.above.get(node)

    def names(self, name: str) -> list[ast.Name]:
        """The places where a name of this spelling stands, in no particular order."""
        return self._walked.names.get(name, [])

    def attributes(self) -> Sequence[ast.Attribute]:
        """Every attribute that is read or written, in no particular order."""
        return self._walked.attributes

    def all_names(self) -> Iterator[ast.Name]:
        """Every place where a name stands, in no particular order."""
        for places in self._walked.names.values():
            yield from places

    def upwards(self, node: ast.AST) -> Iterator[ast.AST]:
        """An expression, what it is part of, and so on up to its statement."""
        parent = self._walked.above.get
        above: ast.AST | None = node
        while above is not None:
            yield above
            above = None if isinstance(above, ast.stmt) else parent(above)

    def stmt(self, node: ast.AST) -> ast.stmt:
        """The statement an expression is in; an argument or handler stands for an expression here."""
        found = self._stmts.get(node)
        if found is None:
            found = self._stmts[node] = next(part for part in self.upwards(node) if isinstance(part, ast.stmt))
        return found

    def is_generator(self, function: ast.AST) -> bool:
        """Whether a function yields, functions inside it apart."""
        return function in self._generators

    def of_other_kinds(self, function: ast.AST, members: frozenset[str]) -> frozenset[str]:
        """Names of which a function, or one inside it, reads an attribute that is not among `members`."""
        return frozenset(name for name, attribute in self._members.get(function, ()) if attribute not in members)

    @cached_property
    def _generators(self) -> frozenset[ast.AST]:
        parent = self._walked.above.get
        found: set[ast.AST] = set()
        for node in self._walked.yields:
            above = parent(node)
            while above is not None and not isinstance(above, (*_FUNCTIONS, ast.Lambda, ast.ClassDef)):
                above = parent(above)
            if above is not None:
                found.add(above)
        return frozenset(found)

    @cached_property
    def _members(self) -> dict[ast.AST, set[tuple[str, str]]]:
        """The attributes of names that are read inside each function, with these names."""
        found: dict[ast.AST, set[tuple[str, str]]] = {}
        for node in self._walked.attributes:
            if isinstance(node.value, ast.Name):
                for function in self.functions_around(node):
                    found.setdefault(function, set()).add((node.value.id, node.attr))
        return found

    def functions_around(self, node: ast.expr) -> Sequence[ast.AST]:
        """The functions that an expression is in, innermost first; its statement is in the bodies of these."""
        stmt = self.stmt(node)
        found = self._around.get(stmt)
        if found is None:
            parent = self._walked.above.get
            functions = []
            above = parent(stmt)
            while above is not None:
                if isinstance(above, _FUNCTIONS):
                    functions.append(above)
                above = parent(above)
            found = self._around[stmt] = functions
        return found

    @cached_property
    def _walked(self) -> _Walked:
        found = _Walked()
        above, names = found.above, found.names
        stack: list[ast.AST] = [self._tree]
        while stack:
            node = stack.pop()
            if isinstance(node, ast.Attribute):
                found.attributes.append(node)
            elif isinstance(node, (ast.Yield, ast.YieldFrom)):
                found.yields.append(node)
            for name in _FIELDS[type(node)]:
                value = getattr(node, name, None)
                for item in value if isinstance(value, list) else (value,):
                    if isinstance(item, ast.Name):
                        above[item] = node
                        names.setdefault(item.id, []).append(item)
                    elif isinstance(item, ast.Constant):
                        above[item] = node
                    elif isinstance(item, ast.AST):
                        above[item] = node
                        stack.append(item)
        return found
