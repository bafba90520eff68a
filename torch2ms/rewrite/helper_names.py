"""Helpers under names that are free in the file they go to."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import count

from torch2ms.mapping.schema import Helper, Tables
from torch2ms.rewrite.analysis.global_names import bound_names, respelled
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
        old = helper.defines
        if old not in self._bound:
            return helper
        taken = self._bound | bound_names(helper.source) | helper.imports.keys()
        new = next(name for name in _others(old) if name not in taken)
        return replace(helper, defines=new, source=respelled(helper.source, {old: new}))


def _others(name: str) -> Iterator[str]:
    """Other names for a helper. Two underscores in front would mean something else in a class."""
    yield f"_{name}"
    yield from (f"_{name}_{number}" for number in count(2))


def new_names(tables: Tables) -> dict[str, str]:
    """The helpers that have another name in this file: the name templates call them by, and that other one."""
    return {helper.called: helper.defines for helper in tables.helpers.values() if helper.called != helper.defines}


def for_file(tables: Tables, facts: Facts) -> Tables:
    """The tables with helpers named for one file.

    A name is taken when any scope of the file binds it (a local `normalize` hides a helper of that name). Imports of
    torch and of einops take none: they go.
    """
    imported = {
        alias.asname or alias.name.partition(".")[0]
        for stmt in facts.imports
        for alias in stmt.names
        if isinstance(stmt, ast.Import) or (stmt.module or "").partition(".")[0] not in ("torch", "einops")
    }
    return replace(tables, helpers=FileHelpers(tables.helpers, frozenset(facts.bound | imported)))
