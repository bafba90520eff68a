"""The statements that run without recording: the body of a `with torch.no_grad():`, or of a function under it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from torch2ms.rewrite.analysis.blocks import own_nodes
from torch2ms.rewrite.analysis.flow import Flow, bound_names, parameter_names
from torch2ms.rewrite.context import FileContext
from torch2ms.rewrite.rules.no_grad.bindings import Binding, binding_of, is_in_comprehension
from torch2ms.rewrite.rules.shared.recording import Recording, recording_in


@dataclass(frozen=True, eq=False)
class Region:
    """Statements under one switch. `function` is the function they are in, or that they are the body of."""

    ctx: FileContext
    body: Sequence[ast.stmt]
    function: ast.FunctionDef | ast.AsyncFunctionDef | None
    is_function: bool
    first: ast.stmt
    """The statement the region is to the block it stands in, or begins with there."""
    last: ast.stmt

    @property
    def scope(self) -> ast.AST:
        """What the names of the region belong to."""
        if self.is_function and self.function is not None:
            return self.function
        return self.ctx.blocks.scope(self.first)

    @cached_property
    def statements(self) -> tuple[ast.stmt, ...]:
        """The statements that surely run without recording, in their order; functions defined there apart."""
        return tuple(_unrecorded(self.ctx, self.body))

    @cached_property
    def _inside(self) -> frozenset[ast.stmt]:
        return frozenset(self.statements)

    def holds(self, stmt: ast.stmt) -> bool:
        """Whether a statement is one of the region."""
        return stmt in self._inside

    @cached_property
    def _bindings(self) -> dict[str, list[Binding]]:
        found: dict[str, list[Binding]] = {}
        for stmt in self.statements:
            for node in own_nodes(stmt):
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                    if not is_in_comprehension(self.ctx, node):
                        found.setdefault(node.id, []).append(binding_of(self.ctx, node, stmt))
        return found

    @property
    def names(self) -> Sequence[str]:
        """The names that get a value in the region."""
        return list(self._bindings)

    def bindings(self, name: str) -> Sequence[Binding]:
        """Where the region gives a name a value."""
        return self._bindings.get(name, [])

    @cached_property
    def outer_names(self) -> frozenset[str]:
        """Names of the region that a `global` or `nonlocal` makes those of another scope."""
        body: Sequence[ast.stmt] = [] if self.scope is self.ctx.tree else getattr(self.scope, "body", [])
        nodes = (node for stmt in body for node in ast.walk(stmt))
        return frozenset(name for node in nodes if isinstance(node, ast.Global | ast.Nonlocal) for name in node.names)

    def is_bound_outside(self, name: str) -> bool:
        """Whether a name may hold, in the region, what it was given outside of it."""
        if name not in self._outside:
            self._outside[name] = self._finds_bound_outside(name)
        return self._outside[name]

    @cached_property
    def _outside(self) -> dict[str, bool]:
        return {}

    def _finds_bound_outside(self, name: str) -> bool:
        if name in self.outer_names or name not in self._bindings:
            return True
        if self.function is not None and name in parameter_names(self.function):
            return Flow.effect(self.body, name) != "kills"
        before = any(
            stmt not in self._inside
            and self.ctx.blocks.scope(stmt) is self.scope
            and (node.lineno < self.first.lineno or any(self.ctx.blocks.inside(stmt, loop) for loop in self._loops))
            for node, stmt in self.ctx.blocks.stores(name, self.scope)
        )
        return before and Flow.effect(self.body, name) != "kills"  # a new value comes before it is read

    @cached_property
    def _loops(self) -> Sequence[ast.stmt]:
        """The loops of the scope around the region."""
        around = [s for s in self.ctx.blocks.above(self.first) if isinstance(s, ast.For | ast.AsyncFor | ast.While)]
        return [s for s in around if self.ctx.blocks.inside(s, self.scope)]

    def loads_outside(self, name: str) -> Iterator[tuple[ast.Name, ast.stmt]]:
        """Where a value that the region gives a name may be read, outside of it."""
        if name in self.outer_names or self._is_free(name):
            yield from (pair for pair in self.ctx.blocks.loads(name, self.ctx.tree) if not self.holds(pair[1]))
            return
        blocks = self.ctx.blocks
        start, end = self.first.lineno, self.last.end_lineno or self.last.lineno
        for node, stmt in blocks.loads(name, self.scope):
            if self.holds(stmt):
                if any(isinstance(above, ast.Lambda) for above in self.ctx.parents.upwards(node)):
                    yield node, stmt
            elif start <= node.lineno <= end and any(blocks.inside(stmt, part) for part in self.body):
                yield node, stmt  # a block in the region where gradients are recorded, or a function defined there
            elif node.lineno > end or any(blocks.inside(stmt, loop) for loop in self._loops):
                if self._is_live_after(name) and (blocks.scope(stmt) is not self.scope or self._reaches(name, stmt)):
                    yield node, stmt
            elif blocks.scope(stmt) is not self.scope:
                yield node, stmt

    def _reaches(self, name: str, reader: ast.stmt) -> bool:
        """Whether a statement outside may find the value that the region gives a name: no other comes in between."""
        blocks, inside = self.ctx.blocks, reader
        while True:
            if isinstance(inside, ast.For | ast.AsyncFor | ast.While) and blocks.inside(self.first, inside):
                return True  # by the next turn of the loop
            place = blocks.places[inside]
            for before in reversed(place.block[: place.index]):
                if blocks.inside(self.first, before):
                    return True
                if Flow.always_binds([before], name):
                    return False
            owner = place.owner
            if isinstance(owner, ast.Module) or owner is self.scope:
                return True
            if isinstance(owner, ast.For | ast.AsyncFor) and inside in owner.body:
                if name in bound_names(owner.target):
                    return False
            inside = owner

    def gives_surely(self, name: str, reader: ast.stmt) -> bool:
        """Whether a statement outside finds no other value in a name than one of the region."""
        blocks = self.ctx.blocks
        is_parameter = self.function is not None and name in parameter_names(self.function)
        if not is_parameter and all(
            self.holds(stmt) or blocks.scope(stmt) is not self.scope for _, stmt in blocks.stores(name, self.scope)
        ):
            return True
        inside = reader
        while blocks.places[inside].block is not blocks.places[self.first].block:
            owner = blocks.places[inside].owner
            if isinstance(owner, ast.Module) or owner is self.scope:
                return False
            inside = owner
        place, start = blocks.places[inside], blocks.places[self.last].index + 1
        if place.index < start or not Flow.always_binds(self.body, name):
            return False
        between = [*place.block[start : place.index], inside]
        return not any(blocks.inside(stmt, part) for part in between for _, stmt in blocks.stores(name, self.scope))

    def _is_free(self, name: str) -> bool:
        """Whether a name belongs to a scope around that of the region."""
        if self.scope is self.ctx.tree or name in self._bindings:
            return False
        bound = any(self.ctx.blocks.scope(stmt) is self.scope for _, stmt in self.ctx.blocks.stores(name, self.scope))
        return not bound and not (self.function is not None and name in parameter_names(self.function))

    def _is_live_after(self, name: str) -> bool:
        if name not in self._live:
            self._live[name] = self._finds_live(name)
        return self._live[name]

    @cached_property
    def _live(self) -> dict[str, bool]:
        return {}

    def _finds_live(self, name: str) -> bool:
        place = self.ctx.blocks.places[self.last]
        stmts = place.block[self.ctx.blocks.places[self.first].index : place.index + 1]
        return Flow(self.ctx.blocks, self.ctx.tree).is_live_after(name, stmts, place.block, place.index, self.first)


def _unrecorded(ctx: FileContext, body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    for stmt in body:
        yield stmt
        if isinstance(stmt, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            continue
        if recording_in(ctx, stmt) in (Recording.ON, Recording.OPEN):
            continue
        for name in ("body", "orelse", "finalbody"):
            yield from _unrecorded(ctx, getattr(stmt, name, []))
        for part in (*getattr(stmt, "handlers", []), *getattr(stmt, "cases", [])):
            yield from _unrecorded(ctx, part.body)
