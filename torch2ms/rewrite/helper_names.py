"""Helpers under names that are free in the file they go to."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property

from torch2ms.mapping.schema import Helper, Tables


class FileHelpers(Mapping[str, Helper]):
    """The helpers of the tables; one whose name the file binds itself gets an underscore in front."""

    def __init__(self, helpers: Mapping[str, Helper], tree: ast.Module) -> None:
        self._helpers = helpers
        self._tree = tree
        self._own: dict[str, Helper] = {}

    def __getitem__(self, name: str) -> Helper:
        found = self._own.get(name)
        if found is None:
            found = self._own[name] = self._free(self._helpers[name])
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._helpers)

    def __len__(self) -> int:
        return len(self._helpers)

    def _free(self, helper: Helper) -> Helper:
        old = new = helper.defines
        while new in self._bound:
            new = f"_{new}"
        if new == old:
            return helper
        source = re.sub(rf"(?<![\w.]){re.escape(old)}(?=[(:])", new, helper.source)
        return replace(helper, defines=new, source=source)

    @cached_property
    def _bound(self) -> frozenset[str]:
        """Names the file binds in any scope: a local `normalize` hides a helper of that name."""
        bound: set[str] = set()
        methods = {
            statement
            for node in ast.walk(self._tree)
            if isinstance(node, ast.ClassDef)
            for statement in node.body
            if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef))
        }
        for node in ast.walk(self._tree):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                bound.add(node.id)
            elif isinstance(node, ast.arg):
                bound.add(node.arg)
            elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                if node not in methods:
                    bound.add(node.name)
            elif isinstance(node, (ast.Import, ast.ImportFrom)) and not _from_torch(node):
                bound.update(alias.asname or alias.name.partition(".")[0] for alias in node.names)
        return frozenset(bound)


def _from_torch(node: ast.Import | ast.ImportFrom) -> bool:
    """Whether an import is torch's: its names go with it."""
    return isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "torch"


def for_file(tables: Tables, tree: ast.Module) -> Tables:
    """The tables with helpers named for one file."""
    return replace(tables, helpers=FileHelpers(tables.helpers, tree))
