"""Which assignments a name may have its value from where it is read.

An assignment that always runs before the place, in a block around it, hides those above it. What stands further down
counts where a loop leads back. Of names of outer scopes, every assignment counts.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TypeAlias

from torch2ms.rewrite.analysis.blocks import Blocks
from torch2ms.source.parents import Parents

_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_LOOPS = (ast.For, ast.AsyncFor, ast.While)

Origin: TypeAlias = "ast.Name | ast.arg"
"""A name as the target of an assignment, or a parameter."""

# The blocks around a place, the innermost first: the list of statements, the index there, and whose block it is.
_Chain: TypeAlias = list[tuple[list[ast.stmt], int, ast.stmt | ast.Module]]


class Definitions:
    """Where the names of a file have their values from."""

    def __init__(self, blocks: Blocks, parents: Parents) -> None:
        self._blocks = blocks
        self._parents = parents
        self._chains: dict[ast.stmt, _Chain] = {}
        self._stored: dict[tuple[str, ast.AST], list[tuple[ast.Name, ast.stmt]]] = {}

    def of(self, name: ast.Name) -> Sequence[Origin] | None:
        """The targets and parameters a name may have its value from; None where that cannot be told."""
        stmt = self._parents.stmt(name)
        for above in self._parents.upwards(name):
            if isinstance(above, ast.Lambda) and _has_parameter(above.args, name.id):
                return None
            if isinstance(above, _COMPREHENSIONS) and not isinstance(name.ctx, ast.Store):
                target = _target_in(above, name.id)
                if target is not None:
                    return None if target is name else [target]
        scope = self._blocks.scope(stmt)
        stores = self._stores(name.id, scope)
        param = _parameter(scope, name.id)
        if stores or param is not None:
            return self._reaching(stmt, stores, param)
        return self._outer(name.id, scope)

    def _stores(self, name: str, scope: ast.AST) -> list[tuple[ast.Name, ast.stmt]]:
        """The assignments of a name that bind it in a scope itself."""
        found = self._stored.get((name, scope))
        if found is None:
            found = self._stored[name, scope] = [
                (node, stmt)
                for node, stmt in self._blocks.names(name)
                if isinstance(node.ctx, ast.Store) and self._blocks.scope(stmt) is scope and not self._is_inner(node)
            ]
        return found

    def _is_inner(self, node: ast.Name) -> bool:
        """Whether a target belongs to a comprehension."""
        return any(isinstance(above, ast.comprehension) for above in self._parents.upwards(node))

    def _outer(self, name: str, scope: ast.AST) -> Sequence[Origin] | None:
        """All that a scope around this one binds a name to; classes are looked through."""
        while isinstance(scope, ast.stmt):
            scope = self._blocks.scope(scope)
            if isinstance(scope, ast.ClassDef):
                continue
            found: list[Origin] = [node for node, _ in self._stores(name, scope)]
            param = _parameter(scope, name)
            if param is not None:
                found.append(param)
            if found:
                return found
        return None

    def _reaching(
        self, stmt: ast.stmt, stores: Sequence[tuple[ast.Name, ast.stmt]], param: ast.arg | None
    ) -> Sequence[Origin]:
        """The assignments of one scope whose value a name may have in a statement."""
        around = self._chain(stmt)
        always: tuple[int, int] | None = None
        hidden_by: ast.stmt | None = None
        before: list[tuple[ast.Name, ast.stmt]] = []
        later: list[tuple[ast.Name, ast.stmt, int]] = []
        for node, at in stores:
            depth, index, own, direct = self._common(around, at)
            if depth < 0:
                continue
            runs_before = own < index or (own == index and at is not stmt)
            if runs_before and (direct or own < index or not isinstance(around[depth][0][index], (ast.If, ast.Match))):
                before.append((node, at))
                if direct and (always is None or (at.lineno, at.col_offset) > always):
                    always, hidden_by = (at.lineno, at.col_offset), at
            else:
                later.append((node, at, depth))
        found: list[Origin] = [n for n, at in before if always is None or (at.lineno, at.col_offset) >= always]
        for node, _, depth in later:
            loop = next((owner for _, _, owner in around[depth:] if isinstance(owner, _LOOPS)), None)
            if loop is not None and not (hidden_by is not None and self._blocks.inside(hidden_by, loop)):
                found.append(node)
        if param is not None and always is None:
            found.append(param)
        return found

    def _chain(self, stmt: ast.stmt) -> _Chain:
        """The blocks a statement stands in, up to that of its function."""
        found = self._chains.get(stmt)
        if found is None:
            found = self._chains[stmt] = []
            current: ast.stmt | ast.Module = stmt
            while isinstance(current, ast.stmt):
                place = self._blocks.places[current]
                found.append((place.block, place.index, place.owner))
                current = place.owner
                if isinstance(current, (*_FUNCTIONS, ast.ClassDef)):
                    break
        return found

    def _common(self, around: _Chain, at: ast.stmt) -> tuple[int, int, int, bool]:
        """The innermost block two places share: its depth, the index of each there, and whether the second stands in
        it directly."""
        chain = self._chain(at)
        for depth, (block, index, _) in enumerate(around):
            for steps, (other, own, _) in enumerate(chain):
                if other is block:
                    return depth, index, own, steps == 0 or self._always_runs(at, steps)
        return -1, 0, 0, False

    def _always_runs(self, at: ast.stmt, steps: int) -> bool:
        """Whether the statements around one, so many of them, run it whenever they run: `with` does."""
        for _, owner in zip(range(steps), self._blocks.above(at), strict=False):
            if not isinstance(owner, (ast.With, ast.AsyncWith)):
                return False
        return True


def _has_parameter(args: ast.arguments, name: str) -> bool:
    return any(isinstance(part, ast.arg) and part.arg == name for part in ast.walk(args))


def _target_in(node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp, name: str) -> ast.Name | None:
    """The target of a comprehension that binds a name."""
    for generator in node.generators:
        for part in ast.walk(generator.target):
            if isinstance(part, ast.Name) and part.id == name:
                return part
    return None


def _parameter(scope: ast.AST, name: str) -> ast.arg | None:
    """The parameter of a function of this name."""
    if not isinstance(scope, _FUNCTIONS):
        return None
    args = scope.args
    every = (*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg, args.kwarg)
    return next((arg for arg in every if arg is not None and arg.arg == name), None)
