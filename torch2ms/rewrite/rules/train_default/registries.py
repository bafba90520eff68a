"""The tables of a file that its classes and functions are registered in: `TABLE[name] = cls` in a decorator.

What such a table gives is one of what the decorator stands at, or is called with.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import cached_property

from torch2ms.rewrite.analysis.sharing_calls import parameters
from torch2ms.rewrite.context import FileContext
from torch2ms.source import kinds as k
from torch2ms.source.syntax import last_name

_TAKING = ("get", "pop")


class Registries:
    """What the registries of a file hold."""

    def __init__(self, ctx: FileContext) -> None:
        self._ctx = ctx

    def taken(self, node: ast.expr) -> list[k.Kind]:
        """What an expression may be that takes something out of a registry; nothing if it does not."""
        found = self._of_table(node)
        if found:
            return found
        kind = k.settle(self._ctx.facts.calls.get(node, k.UNKNOWN)) if isinstance(node, ast.Call) else k.UNKNOWN
        if isinstance(kind, k.FuncRef) and not isinstance(kind.func.node, ast.Lambda):
            returned = (inner.value for inner in ast.walk(kind.func.node) if isinstance(inner, ast.Return))
            for value in returned:
                if value is not None:
                    return self._of_table(value)
        return []

    def looped(self, node: ast.expr) -> list[k.Kind]:
        """What a loop over the values, or the items, of a registry goes over."""
        match node:
            case ast.Call(func=ast.Attribute(value=table, attr="values" | "items"), args=[]):
                return self._held.get(last_name(table), [])
        return []

    def _of_table(self, node: ast.expr) -> list[k.Kind]:
        match node:
            case ast.Subscript(value=table):
                return self._held.get(last_name(table), [])
            case ast.Call(func=ast.Attribute(value=table, attr=name)) if name in _TAKING:
                return self._held.get(last_name(table), [])
        return []

    @cached_property
    def _held(self) -> Mapping[str, list[k.Kind]]:
        """What the tables hold, by their names."""
        found: dict[str, list[k.Kind]] = {}
        for table, parameter, function in self._filling():
            # A decorator that takes arguments is the function around the one that fills the table.
            outer = self._ctx.blocks.function(function)
            names = {function.name} if outer is None or isinstance(outer, ast.Lambda) else {function.name, outer.name}
            found.setdefault(table, []).extend(self._given_to(names, function, parameter))
        return {table: list(dict.fromkeys(kinds)) for table, kinds in found.items()}

    def _filling(self) -> Iterator[tuple[str, str, ast.FunctionDef | ast.AsyncFunctionDef]]:
        """The statements that put a parameter of their function into a table."""
        for stmt, owner in self._ctx.facts.owners.items():
            match stmt:
                case ast.Assign(targets=[ast.Subscript(value=table)], value=ast.Name(id=name)):
                    node = None if owner is None else owner.node
                    if node is not None and not isinstance(node, ast.Lambda) and name in parameters(node):
                        yield last_name(table), name, node

    def _given_to(
        self, names: set[str], function: ast.FunctionDef | ast.AsyncFunctionDef, parameter: str
    ) -> Iterator[k.Kind]:
        """The classes and functions that a decorator of these names stands at, or that are passed for its parameter."""
        ctx = self._ctx
        for cls in ctx.facts.classes:
            if names.intersection(map(_decorator_name, cls.node.decorator_list)):
                yield k.ClassRef(cls)
        for info in ctx.facts.functions:
            if not isinstance(info.node, ast.Lambda):
                if names.intersection(map(_decorator_name, info.node.decorator_list)):
                    yield k.FuncRef(info)
        number = parameters(function).index(parameter)
        for call, kind in ctx.facts.calls.items():
            kind = k.settle(kind)
            if isinstance(kind, k.FuncRef) and kind.func.node is function:
                place = number - int(kind.bound and not kind.func.static)
                if 0 <= place < len(call.args):
                    given = k.settle(ctx.kind(call.args[place]))
                    if isinstance(given, (k.ClassRef, k.FuncRef)):
                        yield given


def _decorator_name(node: ast.expr) -> str:
    return last_name(node.func if isinstance(node, ast.Call) else node)
