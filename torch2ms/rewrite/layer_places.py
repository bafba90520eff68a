"""Where a file keeps its layers: what attributes, names and loops may hold, by the expressions that made it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TypeAlias

from torch2ms.source import kinds as k
from torch2ms.source.facts import Facts

# Where calls that put a module into a container have it.
_ADDING = {"append": 0, "add_module": 1, "register_module": 1, "insert": 1, "extend": 0}
# What makes layers, or holds them.
_MAKING = (
    *(ast.Call, ast.IfExp, ast.BoolOp, ast.List, ast.Tuple, ast.ListComp, ast.Dict, ast.Subscript),
    *(ast.Name, ast.Attribute, ast.NamedExpr),
)

Place: TypeAlias = tuple[k.ClassInfo | k.FuncInfo | None, str]
"""An attribute of a class, a name of a function, or (None) one of the file."""


class LayerPlaces:
    """The places of a file that may hold layers."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts

    @cached_property
    def _own_calls(self) -> Sequence[tuple[ast.Call, k.Kind, k.FuncInfo]]:
        """The calls of functions and classes of the file, with what runs."""
        found: list[tuple[ast.Call, k.Kind, k.FuncInfo]] = []
        for call, kind in self._facts.calls.items():
            kind = k.settle(kind)
            info = kind.cls.method("__init__") if isinstance(kind, k.ClassRef) else None
            info = kind.func if isinstance(kind, k.FuncRef) else info
            if info is not None:
                found.append((call, kind, info))
        return found

    @cached_property
    def called(self) -> frozenset[k.FuncInfo]:
        """The functions of the file that it calls itself."""
        return frozenset(info for _, _, info in self._own_calls)

    @cached_property
    def passed(self) -> Mapping[tuple[k.FuncInfo, str], list[tuple[ast.expr, k.FuncInfo | None]]]:
        """What calls of functions and classes of the file pass for a parameter, each with the function it is in."""
        found: dict[tuple[k.FuncInfo, str], list[tuple[ast.expr, k.FuncInfo | None]]] = {}
        for call, kind, info in self._own_calls:
            bound = isinstance(kind, k.ClassRef) or (isinstance(kind, k.FuncRef) and kind.bound and not info.static)
            names = [a.arg for a in (*info.node.args.posonlyargs, *info.node.args.args)][int(bound) :]
            owner = self._facts.owners.get(self._facts.stmts[call])
            for name, value in zip(names, call.args, strict=False):
                found.setdefault((info, name), []).append((value, owner))
            for keyword in call.keywords:
                if keyword.arg is not None:
                    found.setdefault((info, keyword.arg), []).append((keyword.value, owner))
        return found

    @cached_property
    def flags(self) -> Mapping[Place, list[tuple[ast.expr, k.FuncInfo | None]]]:
        """The truth values, and the names of such, that places are given, each with the function it is in."""
        found: dict[Place, list[tuple[ast.expr, k.FuncInfo | None]]] = {}
        for stmt, owner in self._facts.owners.items():
            if isinstance(stmt, ast.Assign) and isinstance(stmt.value, (ast.Constant, ast.Name)):
                for target in stmt.targets:
                    place = self._place_of(target, owner)
                    if place is not None:
                        found.setdefault(place, []).append((stmt.value, owner))
        return found

    def owner_of(self, node: ast.expr) -> k.FuncInfo | None:
        """The function that a name or an attribute which is called, given or iterated stands in."""
        stmt = self._stmt_of.get(node)
        return None if stmt is None else self._facts.owners.get(stmt)

    @cached_property
    def _stmt_of(self) -> Mapping[ast.expr, ast.stmt]:
        """The statements of what calls call and give, and of what loops go over, by every name in it."""
        found: dict[ast.expr, ast.stmt] = {}
        for call, stmt in ((call, self._facts.stmts[call]) for call in self._facts.calls):
            for expression in (call.func, *call.args):
                _note_names(expression, stmt, found)
        for stmt in self._facts.owners:
            if isinstance(stmt, (ast.For, ast.AsyncFor)):
                _note_names(stmt.iter, stmt, found)
            elif isinstance(stmt, (ast.Assign, ast.Return)) and stmt.value is not None:
                _note_names(stmt.value, stmt, found)
        for comprehension, stmt in self._comprehensions:
            for generator in comprehension.generators:
                _note_names(generator.iter, stmt, found)
        return found

    @cached_property
    def _comprehensions(self) -> Sequence[tuple[ast.ListComp | ast.SetComp | ast.GeneratorExp, ast.stmt]]:
        """The comprehensions of the file that call something, with their statements."""
        found: list[tuple[ast.ListComp | ast.SetComp | ast.GeneratorExp, ast.stmt]] = []
        for node in self._facts.of_type(ast.ListComp, ast.SetComp, ast.GeneratorExp):
            calls = (inner for inner in ast.walk(node) if isinstance(inner, ast.Call))
            stmt = next((self._facts.stmts[call] for call in calls if call in self._facts.stmts), None)
            if stmt is not None and isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp)):
                found.append((node, stmt))
        return found

    @cached_property
    def loops(self) -> Mapping[Place, list[tuple[ast.AST, ast.expr, int | None]]]:
        """The loops that give names values: each with what it goes over and, of `for i, f in …`, the position."""
        found: dict[Place, list[tuple[ast.AST, ast.expr, int | None]]] = {}

        def note(loop: ast.AST, target: ast.expr, iterated: ast.expr, owner: k.FuncInfo | None) -> None:
            if isinstance(target, ast.Name):
                found.setdefault((owner, target.id), []).append((loop, iterated, None))
            elif isinstance(target, ast.Tuple):
                for number, part in enumerate(target.elts):
                    if isinstance(part, ast.Name):
                        found.setdefault((owner, part.id), []).append((loop, iterated, number))

        for stmt, owner in self._facts.owners.items():
            if isinstance(stmt, (ast.For, ast.AsyncFor)):
                note(stmt, stmt.target, stmt.iter, owner)
        for comprehension, stmt in self._comprehensions:
            for generator in comprehension.generators:
                note(comprehension, generator.target, generator.iter, self._facts.owners.get(stmt))
        for call, kind in self._facts.calls.items():
            passed = passed_items(call, k.settle(kind))
            if passed is not None:
                note(call, *passed, self._facts.owners.get(self._facts.stmts[call]))
        return found

    def classes_of(self, node: ast.expr) -> Iterator[k.ClassInfo]:
        """The classes of the file an object may be of, with their bases."""
        if isinstance(node, ast.Name) and node.id == "self":
            owner = self.owner_of(node)
            if owner is not None and owner.cls is not None:
                yield from owner.cls.mro()
            return
        kind = k.settle(self._facts.kinds.get(node, k.UNKNOWN))
        if isinstance(kind, k.Module):
            for cls in kind.classes:
                if isinstance(cls, k.ClassInfo):
                    yield from cls.mro()

    @cached_property
    def assigned(self) -> Mapping[Place, list[ast.expr]]:
        """What is assigned to the attributes of a class, and to the names of a function or (None) of the file."""
        found: dict[Place, list[ast.expr]] = {}
        for stmt, owner in self._facts.owners.items():
            if isinstance(stmt, (ast.Assign, ast.AnnAssign)) and isinstance(stmt.value, _MAKING):
                for target in stmt.targets if isinstance(stmt, ast.Assign) else [stmt.target]:
                    place = self._place_of(target, owner)
                    if place is not None:
                        found.setdefault(place, []).append(stmt.value)
        for owner, name, value in self._registered:
            if isinstance(name, ast.Constant) and isinstance(name.value, str) and owner.cls is not None:
                found.setdefault((owner.cls, name.value), []).append(value)
        for cls in self._facts.classes:
            for stmt in cls.node.body:
                if isinstance(stmt, ast.Assign) and isinstance(stmt.value, ast.Call):
                    for target in stmt.targets:
                        if isinstance(target, ast.Name):
                            found.setdefault((cls, target.id), []).append(stmt.value)
        return found

    @cached_property
    def _registered(self) -> Sequence[tuple[k.FuncInfo, ast.expr, ast.expr]]:
        """The calls in methods that give `self` a module under a name: `self.add_module`, `setattr(self, …)`."""
        found: list[tuple[k.FuncInfo, ast.expr, ast.expr]] = []
        for call in self._facts.calls:
            owner = self._facts.owners.get(self._facts.stmts[call])
            match call:
                case (
                    ast.Call(
                        func=ast.Attribute(value=ast.Name(id="self"), attr="add_module" | "register_module"),
                        args=[name, value],
                    )
                    | ast.Call(func=ast.Name(id="setattr"), args=[ast.Name(id="self"), name, value])
                ):
                    if owner is not None and owner.cls is not None:
                        found.append((owner, name, value))
        return found

    @cached_property
    def unnamed(self) -> Mapping[k.ClassInfo, list[ast.expr]]:
        """The modules that the objects of a class get under names which are computed."""
        found: dict[k.ClassInfo, list[ast.expr]] = {}
        for owner, name, value in self._registered:
            if not isinstance(name, ast.Constant) and owner.cls is not None:
                found.setdefault(owner.cls, []).append(value)
        return found

    def _place_of(self, target: ast.expr, owner: k.FuncInfo | None) -> Place | None:
        if isinstance(target, ast.Attribute):
            return None if owner is None or owner.cls is None else (owner.cls, target.attr)
        return (owner, target.id) if isinstance(target, ast.Name) else None

    @cached_property
    def _added(self) -> Mapping[Place, list[ast.expr]]:
        """What is put into the container that a place holds, in the order of the file."""
        found: dict[Place, list[ast.expr]] = {}
        for call in self._facts.calls:
            func = call.func
            position = _ADDING.get(func.attr) if isinstance(func, ast.Attribute) else None
            if position is None or len(call.args) <= position or not isinstance(func, ast.Attribute):
                continue
            place = self._place_of(func.value, self._facts.owners.get(self._facts.stmts[call]))
            if place is not None:
                item = call.args[position]
                items = item.elts if func.attr == "extend" and isinstance(item, (ast.List, ast.Tuple)) else [item]
                found.setdefault(place, []).extend(items)
        return found

    @cached_property
    def _held_at(self) -> Mapping[ast.expr, list[Place]]:
        """The places that a value is assigned to."""
        found: dict[ast.expr, list[Place]] = {}
        for place, values in self.assigned.items():
            for value in values:
                found.setdefault(value, []).append(place)
        return found

    def added_to(self, value: ast.expr) -> Iterator[ast.expr]:
        """What is put into a container after it was made."""
        for place in self._held_at.get(value, ()):
            yield from self._added.get(place, ())

    @cached_property
    def by_owner(self) -> Mapping[k.FuncInfo | None, list[ast.stmt]]:
        """The statements of each function, and (None) those outside of functions."""
        found: dict[k.FuncInfo | None, list[ast.stmt]] = {}
        for stmt, owner in self._facts.owners.items():
            found.setdefault(owner, []).append(stmt)
        return found


def passed_items(call: ast.Call, kind: k.Kind) -> tuple[ast.Name, ast.expr] | None:
    """The parameter of a lambda that gets the items of the last iterable: `map(lambda f: …, fs)`, `reduce(…)`."""
    if len(call.args) < 2 or not isinstance(call.args[0], ast.Lambda):
        return None
    names = [a.arg for a in call.args[0].args.args]
    if isinstance(kind, k.Ref) and kind.name == "functools.reduce" and len(names) == 2:
        return ast.Name(names[1], ast.Store()), call.args[1]
    if isinstance(call.func, ast.Name) and call.func.id in ("map", "filter") and len(names) == 1:
        return ast.Name(names[0], ast.Store()), call.args[1]
    return None


def _note_names(expression: ast.expr, stmt: ast.stmt, found: dict[ast.expr, ast.stmt]) -> None:
    """The names and attributes in an expression that may be a layer, or hold one."""
    todo = [expression]
    while todo:
        node = todo.pop()
        found[node] = stmt
        if isinstance(node, (ast.Attribute, ast.Subscript, ast.Starred)):
            todo.append(node.value)
        elif isinstance(node, ast.Call):
            todo += [node.func, *node.args]
