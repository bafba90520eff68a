"""Which names a run of statements reads, binds, and leaves to what follows.

Not a rewrite of its own: the training step and the in-place rules ask.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Literal

from torch2ms.rewrite.analysis.blocks import Blocks, own_expressions

Effect = Literal["reads", "kills", "neither"]
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def bound_names(node: ast.AST) -> set[str]:
    """The names a statement binds in its own scope."""
    found: set[str] = set()
    stack: list[tuple[ast.AST, bool]] = [(node, False)]
    while stack:
        item, comprehension = stack.pop()
        if isinstance(item, ast.NamedExpr):
            found.add(item.target.id)
            stack.append((item.value, comprehension))
        elif isinstance(item, ast.Name):
            if not isinstance(item.ctx, ast.Load) and not comprehension:
                found.add(item.id)
        elif isinstance(item, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found.add(item.name)
        elif isinstance(item, ast.Import | ast.ImportFrom):
            found.update((alias.asname or alias.name).partition(".")[0] for alias in item.names)
        elif isinstance(item, ast.ExceptHandler) and item.name:
            found.add(item.name)
            stack += [(child, comprehension) for child in item.body]
        elif not isinstance(item, ast.Lambda):
            inner = comprehension or isinstance(item, _COMPREHENSIONS)
            stack += [(child, inner) for child in ast.iter_child_nodes(item)]
    return found


def loaded_names(node: ast.AST) -> set[str]:
    """The names a statement or expression reads; those that a comprehension in it binds for itself are apart."""
    found: set[str] = set()
    stack: list[tuple[ast.AST, frozenset[str]]] = [(node, frozenset())]
    while stack:
        item, inner = stack.pop()
        if isinstance(item, ast.Name):
            if isinstance(item.ctx, ast.Load | ast.Del) and item.id not in inner:
                found.add(item.id)
            continue
        if isinstance(item, ast.AugAssign) and isinstance(item.target, ast.Name):
            found.add(item.target.id)
        if isinstance(item, _COMPREHENSIONS):
            stack.append((item.generators[0].iter, inner))
            inner |= {
                name.id
                for generator in item.generators
                for name in ast.walk(generator.target)
                if isinstance(name, ast.Name)
            }
            parts = [part for one in item.generators for part in (one.target, *one.ifs)]
            parts += [one.iter for one in item.generators[1:]]
            parts += [item.key, item.value] if isinstance(item, ast.DictComp) else [item.elt]
            stack += [(part, inner) for part in parts]
        else:
            stack += [(child, inner) for child in ast.iter_child_nodes(item)]
    return found


class Flow:
    """Questions about the values names hold after a run of statements."""

    def __init__(self, blocks: Blocks, tree: ast.Module) -> None:
        self.blocks = blocks
        self.tree = tree

    # ------------------------------------------------------------------ effects

    @staticmethod
    def effect(stmts: Sequence[ast.stmt], name: str, ignored: frozenset[ast.stmt] = frozenset()) -> Effect:
        """Whether statements may read what a name held before them, or surely give it another value."""
        for stmt in stmts:
            effect = _effect(stmt, name, ignored)
            if effect != "neither":
                return effect
        return "neither"

    @staticmethod
    def always_binds(stmts: Sequence[ast.stmt], name: str) -> bool:
        """Whether a name surely has a value of these statements when they are done."""
        return any(_binds(stmt, name) for stmt in stmts)

    # ------------------------------------------------------------------ around

    def is_bound_before(self, name: str, stmt: ast.stmt) -> bool:
        """Whether a name surely has a value before a statement."""
        scope = self.blocks.scope(stmt)
        while True:
            place = self.blocks.places[stmt]
            if any(_binds(before, name) for before in place.block[: place.index]):
                return True
            owner = place.owner
            if isinstance(owner, ast.Module):
                return False
            if owner is scope:
                return isinstance(owner, (ast.FunctionDef, ast.AsyncFunctionDef)) and name in parameter_names(owner)
            if isinstance(owner, (ast.For, ast.AsyncFor)) and name in bound_names(owner.target):
                return True
            if isinstance(owner, (ast.With, ast.AsyncWith)):
                targets = [item.optional_vars for item in owner.items if item.optional_vars is not None]
                if any(name in bound_names(target) for target in targets):
                    return True
            stmt = owner

    def has_stores_outside(self, name: str, stmts: Sequence[ast.stmt]) -> bool:
        """Whether a name of the scope gets a value elsewhere too."""
        scope = self.blocks.scope(stmts[0])
        return any(
            not any(self.blocks.inside(place, stmt) for stmt in stmts) for _, place in self.blocks.stores(name, scope)
        )

    def is_live_after(
        self, name: str, stmts: Sequence[ast.stmt], block: Sequence[ast.stmt], last: int, skipped: ast.stmt
    ) -> bool:
        """Whether the value a name has after statements of a block may be read later."""
        rest = [stmt for stmt in block[last + 1 :] if stmt is not skipped]
        if self._is_read(name, stmts[0], rest, frozenset()):
            return True
        return self._shared(name, self.blocks.scope(stmts[0]), stmts)

    def is_read_after(self, name: str, stmt: ast.stmt, ignored: frozenset[ast.stmt]) -> bool:
        """Whether the value a name has after a statement may be read later, by statements that are not ignored."""
        rest = self.blocks.rest(stmt)
        if self._is_read(name, stmt, rest, ignored) or self.is_handled(name, stmt):
            return True
        return self._shared(name, self.blocks.scope(stmt), [stmt])

    def _is_read(self, name: str, inside: ast.stmt, rest: Sequence[ast.stmt], ignored: frozenset[ast.stmt]) -> bool:
        """Whether the function itself may read a name: in the rest of the block of a statement, or from there on."""
        scope = self.blocks.scope(inside)
        while True:
            owner = self.blocks.places[inside].owner
            effect = self.effect(rest, name, ignored)
            if effect == "reads":
                return True
            jumps = any(isinstance(n, ast.Break | ast.Continue) for s in rest for n in ast.walk(s))
            if effect == "kills" and not jumps:
                return False
            if isinstance(owner, ast.Module) or owner is scope:
                return False
            assert isinstance(owner, ast.stmt)
            if isinstance(owner, ast.While) and name in loaded_names(owner.test):
                return True
            if isinstance(owner, (ast.For, ast.AsyncFor, ast.While)):
                target = bound_names(owner.target) if not isinstance(owner, ast.While) else set()
                if name not in target and self.effect(owner.body, name, ignored) == "reads":
                    return True
            place = self.blocks.places[owner]
            orelse = owner.orelse if isinstance(owner, (ast.For, ast.AsyncFor, ast.While)) else []
            rest = [*orelse, *place.block[place.index + 1 :]]
            inside = owner

    def is_handled(self, name: str, stmt: ast.stmt) -> bool:
        """Whether what handles an exception of a statement reads a name."""
        scope = self.blocks.scope(stmt)
        for owner in self.blocks.above(stmt):
            if owner is scope:
                return False
            if isinstance(owner, ast.Try | ast.TryStar):
                parts = [*owner.orelse, *owner.finalbody, *(s for h in owner.handlers for s in h.body)]
                if any(name in loaded_names(part) for part in parts):
                    return True
        return False

    def _shared(self, name: str, scope: ast.AST, stmts: Sequence[ast.stmt]) -> bool:
        """Whether a name of a scope is read by functions in it, or is one of an outer scope."""
        for node in ast.walk(scope):
            if isinstance(node, ast.Global | ast.Nonlocal) and name in node.names:
                return True
        inner = {node for stmt in stmts for node in ast.walk(stmt)}
        for holder in ast.walk(scope):
            if holder is scope or holder in inner or not isinstance(holder, (*_FUNCTIONS, ast.ClassDef)):
                continue
            if isinstance(holder, ast.Lambda):
                own = {a.arg for a in (*holder.args.posonlyargs, *holder.args.args, *holder.args.kwonlyargs)}
                reads = name in loaded_names(holder.body) and name not in own
            else:
                body = holder.body
                own = parameter_names(holder) if not isinstance(holder, ast.ClassDef) else set()
                local = own | set().union(*(bound_names(stmt) for stmt in body))
                reads = name not in local and any(name in loaded_names(stmt) for stmt in body)
            if reads:
                return True
        return False


def parameter_names(function: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    """The parameters of a function."""
    args = function.args
    every = [*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg, args.kwarg]
    return {arg.arg for arg in every if arg is not None}


def _effect(stmt: ast.stmt, name: str, ignored: frozenset[ast.stmt]) -> Effect:
    if stmt in ignored:
        return "neither"
    if isinstance(stmt, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        if name in loaded_names(stmt):
            return "reads"
        return "kills" if stmt.name == name else "neither"
    if any(name in loaded_names(part) for part in own_expressions(stmt)):
        return "reads"
    if isinstance(stmt, ast.AugAssign) and isinstance(stmt.target, ast.Name) and stmt.target.id == name:
        return "reads"
    if isinstance(stmt, ast.If):
        effects = [Flow.effect(stmt.body, name, ignored), Flow.effect(stmt.orelse, name, ignored)]
        if "reads" in effects:
            return "reads"
        return "kills" if effects == ["kills", "kills"] else "neither"
    if isinstance(stmt, (ast.For, ast.AsyncFor, ast.While)):
        if not isinstance(stmt, ast.While) and name in bound_names(stmt.target):
            return "reads" if Flow.effect(stmt.orelse, name, ignored) == "reads" else "neither"
        effects = [Flow.effect(stmt.body, name, ignored), Flow.effect(stmt.orelse, name, ignored)]
        return "reads" if "reads" in effects else "neither"
    if isinstance(stmt, (ast.With, ast.AsyncWith)):
        if any(item.optional_vars is not None and name in bound_names(item.optional_vars) for item in stmt.items):
            return "kills"
        return Flow.effect(stmt.body, name, ignored)
    if isinstance(stmt, ast.Return):
        return "kills"
    if hasattr(stmt, "body") or isinstance(stmt, ast.Match):
        return "reads" if name in loaded_names(stmt) else "neither"
    return "kills" if name in bound_names(stmt) else "neither"


def _binds(stmt: ast.stmt, name: str) -> bool:
    """Whether a name surely has a value after a statement ran to its end."""
    if isinstance(stmt, ast.If):
        return all(any(_binds(s, name) for s in part) for part in (stmt.body, stmt.orelse))
    if isinstance(stmt, (ast.With, ast.AsyncWith)):
        targets = [item.optional_vars for item in stmt.items if item.optional_vars is not None]
        return any(name in bound_names(t) for t in targets) or any(_binds(s, name) for s in stmt.body)
    if hasattr(stmt, "body") and not isinstance(stmt, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return False
    if isinstance(stmt, (ast.Match, ast.Delete)):
        return False
    return name in bound_names(stmt)
