"""Names that hold one value wherever they are read: `HAS_SDPA = hasattr(F, "scaled_dot_product_attention")`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from torch2ms.rewrite.context import FileContext
from torch2ms.rewrite.plan import Insert
from torch2ms.rewrite.rules.shared.answers import never_runs


@dataclass(frozen=True, slots=True)
class Binding:
    """A name that a statement gives a value, or one item of it; a file has one object for each."""

    stmt: ast.Assign | ast.AnnAssign
    name: ast.Name
    value: ast.expr
    place: int | None = None

    def part(self, value: object) -> object:
        """What the name holds of the value. Raises LookupError and TypeError where it has no such item."""
        if self.place is None:
            return value
        if not isinstance(value, tuple | list):
            raise TypeError(value)
        return value[self.place]

    def may_change(self, ctx: FileContext) -> bool:
        """Whether the value is a list that may be changed in place."""
        if not isinstance(self.value, ast.List | ast.ListComp | ast.Call):
            return False
        for node in ctx.parents.names(self.name.id):
            above = ctx.parents.of(node)
            if isinstance(above, ast.Subscript) and not isinstance(above.ctx, ast.Load):
                return True
            if isinstance(above, ast.Attribute) and above.attr in ("append", "extend", "insert", "pop", "clear"):
                return True
        return False


class Flags:
    """What the names of a file hold that are given a value once, or again and again in the course of one function."""

    def __init__(self, ctx: FileContext) -> None:
        self._ctx = ctx
        self._bound: dict[ast.Name, Binding | None] = {}

    def bindings_of(self, value: ast.expr) -> Iterator[Binding]:
        """The names that a statement gives a value."""
        stmt = self._ctx.parents.of(value)
        match stmt:
            case ast.Assign(targets=[ast.Tuple(elts=targets)]) if stmt.value is value:
                for place, target in enumerate(targets):
                    if isinstance(target, ast.Starred):
                        return
                    if isinstance(target, ast.Name):
                        yield Binding(stmt, target, value, place)
            case ast.Assign(targets=targets) if stmt.value is value:
                for target in targets:
                    if isinstance(target, ast.Name):
                        yield Binding(stmt, target, value)
            case ast.AnnAssign(target=ast.Name() as name) if stmt.value is value:
                yield Binding(stmt, name, value)

    def binding(self, node: ast.Name) -> Binding | None:
        """What gives a name the value that it has where it is read, if that is one statement."""
        if node not in self._bound:
            self._bound[node] = self._find(node)
        return self._bound[node]

    def reads(self, binding: Binding) -> list[ast.Name]:
        """The places that read what a name holds from a binding, and from no other."""
        names = self._ctx.parents.names(binding.name.id)
        return [node for node in names if isinstance(node.ctx, ast.Load) and self.binding(node) == binding]

    def drop_if_idle(self, binding: Binding) -> bool:
        """Delete a statement that gives a name a value, where it was read and nothing reads it any more."""
        ctx, stmt = self._ctx, binding.stmt
        if ctx.is_deleted(stmt) or any(not isinstance(plan, Insert) for plan in ctx.stmt_plans(stmt)):
            return False
        bindings = [one for one in self.bindings_of(binding.value)]
        targets = stmt.targets if isinstance(stmt, ast.Assign) else [stmt.target]
        wanted = sum(len(target.elts) if isinstance(target, ast.Tuple) else 1 for target in targets)
        if len(bindings) != wanted or not all(map(self._is_idle, bindings)):
            return False
        ctx.delete_stmt(stmt)
        inner = set(ast.walk(stmt))
        uses = [use for use in ctx.sites() if use.node in inner]
        for use in uses:
            ctx.converted(use)
        if not uses:
            ctx.structural(binding.name, stmt, self.origin(binding), "")
        return True

    def origin(self, binding: Binding) -> str:
        """The API of torch's that the value of a name was asked of, as far as it stands in the same statement."""
        inner = set(ast.walk(binding.value))
        return next((use.name for use in self._ctx.sites() if use.node in inner), "torch")

    def _is_idle(self, binding: Binding) -> bool:
        """Whether a name was read in the file, and nothing reads it any more, here or in another file."""
        ctx, name = self._ctx, binding.name.id
        scope = ctx.binding_scope(binding.name)
        if isinstance(scope, ast.ClassDef):
            return False
        reads = [
            node
            for node in ctx.parents.names(name)
            if isinstance(node.ctx, ast.Load) and ctx.binding_scope(node) is scope
            if self.binding(node) in (binding, None)
        ]
        if not reads or any(ctx.survives(node, ctx.parents.stmt(node)) for node in reads) or ctx.is_written(name):
            return False
        if scope is not None:
            return True
        neighbours = ctx.facts.neighbours
        return name not in self._listed and not (neighbours is not None and neighbours.reads(name))

    # ------------------------------------------------------------------ finding

    def _find(self, node: ast.Name) -> Binding | None:
        ctx = self._ctx
        scope = ctx.binding_scope(node)
        if node.id in self._bound_otherwise or (isinstance(scope, ast.FunctionDef) and _has_parameter(scope, node.id)):
            return None
        stores = [
            other
            for other in ctx.parents.names(node.id)
            if not isinstance(other.ctx, ast.Load) and ctx.binding_scope(other) is scope
            if not never_runs(ctx, ctx.parents.stmt(other))
        ]
        bindings = [binding for store in stores for binding in self._bindings_at(store)]
        if not bindings or len(bindings) != len(stores):
            return None
        if len(bindings) == 1:
            return bindings[0]
        stmt = ctx.parents.stmt(node)
        body = scope.body if isinstance(scope, ast.FunctionDef) else ctx.tree.body
        inner = ctx.blocks.function(stmt)
        if not all(binding.stmt in body for binding in bindings) or inner is not scope or stmt is scope:
            return None
        above = [binding for binding in bindings if binding.stmt.lineno < stmt.lineno]
        return max(above, key=lambda binding: binding.stmt.lineno) if above else None

    def _bindings_at(self, store: ast.Name) -> Iterator[Binding]:
        stmt = self._ctx.parents.stmt(store)
        if isinstance(stmt, ast.Assign | ast.AnnAssign) and stmt.value is not None:
            yield from (binding for binding in self.bindings_of(stmt.value) if binding.name is store)

    @cached_property
    def _bound_otherwise(self) -> frozenset[str]:
        """The names that something else than an assignment binds somewhere in the file."""
        found: set[str] = set()
        for stmt in self._ctx.blocks.places:
            match stmt:
                case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                    found.add(name)
                case ast.Import(names=names) | ast.ImportFrom(names=names):
                    found.update(alias.asname or alias.name.partition(".")[0] for alias in names)
                case ast.Global(names=names) | ast.Nonlocal(names=names):
                    found.update(names)
                case ast.Try(handlers=handlers):
                    found.update(handler.name for handler in handlers if handler.name)
                case ast.Match():
                    found.update(part.name for part in ast.walk(stmt) if isinstance(part, ast.MatchAs) and part.name)
        return frozenset(found)

    @cached_property
    def _listed(self) -> frozenset[str]:
        """The strings in `__all__`."""
        found: set[str] = set()
        for node in self._ctx.parents.names("__all__"):
            stmt = self._ctx.parents.stmt(node)
            found.update(n.value for n in ast.walk(stmt) if isinstance(n, ast.Constant) and isinstance(n.value, str))
        return frozenset(found)


def _has_parameter(function: ast.FunctionDef, name: str) -> bool:
    return any(isinstance(part, ast.arg) and part.arg == name for part in ast.walk(function.args))
