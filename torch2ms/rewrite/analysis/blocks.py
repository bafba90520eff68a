"""Where the statements and names of a file stand: what the rules need to look around."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from torch2ms.source.parents import Parents

# Where statements stand in others, in the order in which the types of nodes have these fields.
_BODIES = ("body", "handlers", "cases", "orelse", "finalbody")


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """The block a statement stands in, its index there, and the statement (or file) the block belongs to."""

    block: list[ast.stmt]
    index: int
    owner: ast.stmt | ast.Module


class Blocks:
    """The statements and names of one file; `parents` tells what its nodes are part of."""

    def __init__(self, tree: ast.Module, parents: Parents) -> None:
        self.tree = tree
        self.places: dict[ast.stmt, Place] = {}
        self._parents = parents
        self._names: dict[str, list[tuple[ast.Name, ast.stmt]]] = {}
        self._stored: dict[str, list[tuple[ast.Name, ast.stmt]]] = {}
        self._enter(tree)

    def _enter(self, tree: ast.Module) -> None:
        stack: list[tuple[ast.AST, ast.stmt | ast.Module]] = [(tree, tree)]
        while stack:
            item, holder = stack.pop()
            for name in _BODIES:
                block: list[ast.stmt] = getattr(item, name, [])
                for index, child in enumerate(block):
                    if isinstance(child, ast.stmt):
                        self.places[child] = Place(block, index, holder)
                        stack.append((child, child))
                    elif isinstance(child, ast.AST):
                        stack.append((child, holder))

    def names(self, name: str) -> Sequence[tuple[ast.Name, ast.stmt]]:
        """The places where a name stands, each with its statement."""
        found = self._names.get(name)
        if found is None:
            found = self._names[name] = [(node, self._parents.stmt(node)) for node in self._parents.names(name)]
        return found

    def above(self, stmt: ast.stmt) -> Iterator[ast.stmt]:
        """The statements around a statement, innermost first."""
        owner = self.places[stmt].owner
        while isinstance(owner, ast.stmt):
            yield owner
            owner = self.places[owner].owner

    def innermost(self, node: ast.expr) -> ast.stmt:
        """The innermost statement an expression is in."""
        around = [
            stmt
            for stmt in self.places
            if stmt.lineno <= node.lineno and (stmt.end_lineno or stmt.lineno) >= (node.end_lineno or node.lineno)
        ]
        return max(around, key=lambda stmt: (stmt.lineno, stmt.col_offset))

    def function(self, stmt: ast.stmt) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
        """The function a statement is in."""
        for owner in self.above(stmt):
            if isinstance(owner, (ast.FunctionDef, ast.AsyncFunctionDef)):
                return owner
            if isinstance(owner, ast.ClassDef):
                return None
        return None

    def scope(self, stmt: ast.stmt) -> ast.AST:
        """The function, class or file whose names a statement binds."""
        for owner in self.above(stmt):
            if isinstance(owner, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                return owner
        return self.tree

    def inside(self, stmt: ast.stmt, holder: ast.AST) -> bool:
        """Whether a statement is part of another one (or of the file)."""
        return holder is self.tree or stmt is holder or any(owner is holder for owner in self.above(stmt))

    def rest(self, stmt: ast.stmt) -> list[ast.stmt]:
        """The statements after a statement in its block."""
        place = self.places[stmt]
        return place.block[place.index + 1 :]

    def loads(self, name: str, scope: ast.AST) -> Iterator[tuple[ast.Name, ast.stmt]]:
        """The uses of a name inside a scope, those in inner functions included."""
        for node, stmt in self.names(name):
            if isinstance(node.ctx, ast.Load) and self.inside(stmt, scope):
                yield node, stmt

    def stores(self, name: str, scope: ast.AST) -> Iterator[tuple[ast.Name, ast.stmt]]:
        """The assignments of a name inside a scope, those in inner functions included."""
        stored = self._stored.get(name)
        if stored is None:
            stored = self._stored[name] = [one for one in self.names(name) if not isinstance(one[0].ctx, ast.Load)]
        for node, stmt in stored:
            if self.inside(stmt, scope):
                yield node, stmt


def own_returns(body: Sequence[ast.stmt]) -> list[ast.expr | None]:
    """What the `return` statements of a function give, those of functions defined inside apart."""
    return [stmt.value for stmt in own_statements(body) if isinstance(stmt, ast.Return)]


def own_expressions(node: ast.AST) -> Iterator[ast.expr]:
    """The expressions of a statement that are part of no other expression; those of the statements in it apart.

    What is neither, such as the items of a `with` or the pattern of a `case`, is looked into.
    """
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            yield child
        elif not isinstance(child, ast.stmt):
            yield from own_expressions(child)


def own_nodes(stmt: ast.stmt) -> Iterator[ast.AST]:
    """The expressions of a statement and everything in them; those of the statements in it apart."""
    for root in own_expressions(stmt):
        yield from ast.walk(root)


def own_statements(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a block and of the blocks in it, functions and classes defined there apart."""
    for stmt in body:
        yield stmt
        if isinstance(stmt, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            continue
        for name in ("body", "orelse", "finalbody"):
            yield from own_statements(getattr(stmt, name, []))
        for part in (*getattr(stmt, "handlers", []), *getattr(stmt, "cases", [])):
            yield from own_statements(part.body)
