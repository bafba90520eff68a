"""Helpers under names that are free in the file they go to."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from torch2ms.mapping.schema import Helper, Tables
from torch2ms.source.facts import Facts


class FileHelpers(Mapping[str, Helper]):
    """The helpers of the tables; one whose name the file binds itself gets an underscore in front."""

    def __init__(self, helpers: Mapping[str, Helper], bound: frozenset[str]) -> None:
        self._helpers = helpers
        self._bound = bound
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


def for_file(tables: Tables, facts: Facts) -> Tables:
    """The tables with helpers named for one file.

    A name is taken when any scope of the file binds it (a local `normalize` hides a helper of that name). Imports of
    torch take none: they go.
    """
    imported = {
        alias.asname or alias.name.partition(".")[0]
        for stmt in facts.imports
        for alias in stmt.names
        if isinstance(stmt, ast.Import) or (stmt.module or "").partition(".")[0] != "torch"
    }
    return replace(tables, helpers=FileHelpers(tables.helpers, frozenset(facts.bound | imported)))
