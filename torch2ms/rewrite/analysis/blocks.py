"""Where the statements and names of a file stand: what the rules need to look around."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_LEAVES = (ast.expr_context, ast.operator, ast.unaryop, ast.cmpop, ast.boolop, ast.Constant)


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """The block a statement stands in, its index there, and the statement (or file) the block belongs to."""

    block: list[ast.stmt]
    index: int
    owner: ast.stmt | ast.Module


class Blocks:
    """The statements and names of one file. Nothing changes after it is built."""

    def __init__(self, tree: ast.Module) -> None:
        self.tree = tree
        self.places: dict[ast.stmt, Place] = {}
        self.names: dict[str, list[tuple[ast.Name, ast.stmt]]] = {}
        self._enter(tree, tree)

    def _enter(self, node: ast.AST, owner: ast.stmt | ast.Module) -> None:
        stack: list[tuple[ast.AST, ast.stmt | ast.Module]] = [(node, owner)]
        while stack:
            item, holder = stack.pop()
            for field in item._fields:
                value = getattr(item, field, None)
                if isinstance(value, list):
                    for index, child in enumerate(value):
                        if isinstance(child, ast.stmt):
                            self.places[child] = Place(value, index, holder)
                            stack.append((child, child))
                        elif isinstance(child, ast.AST):
                            stack.append((child, holder))
                elif isinstance(value, ast.AST) and not isinstance(value, _LEAVES):
                    stack.append((value, holder))
            if isinstance(item, ast.Name) and isinstance(holder, ast.stmt):
                self.names.setdefault(item.id, []).append((item, holder))

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
        for node, stmt in self.names.get(name, ()):
            if isinstance(node.ctx, ast.Load) and self.inside(stmt, scope):
                yield node, stmt

    def stores(self, name: str, scope: ast.AST) -> Iterator[tuple[ast.Name, ast.stmt]]:
        """The assignments of a name inside a scope, those in inner functions included."""
        for node, stmt in self.names.get(name, ()):
            if not isinstance(node.ctx, ast.Load) and self.inside(stmt, scope):
                yield node, stmt


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
