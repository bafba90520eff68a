"""The rules, found in `torch2ms.rewrite.rules`: every module there holds one as `RULE`."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from graphlib import CycleError, TopologicalSorter
from types import MappingProxyType

from torch2ms.rewrite import rules
from torch2ms.rewrite.context import ANY_MODULE_MEMBER, FileRule, RowRule, Rule, SiteRule


class RuleError(Exception):
    """The rules do not fit together; the message names those concerned."""


@dataclass(frozen=True, slots=True)
class Registry:
    """All rules: by the site they claim, and in the order they run."""

    sites: Mapping[str, SiteRule]
    rows: tuple[RowRule, ...]
    start: tuple[FileRule, ...]
    finish: tuple[FileRule, ...]
    families: tuple[str, ...] = ()
    """What the names begin with that a rule claims together, by `torch.backends.*`."""

    def claimed(self, name: str) -> Iterable[str]:
        """The keys of `sites` that are for a name, the name itself first and the family it is nearest to next."""
        if name in self.sites:
            yield name
        if name.startswith(self.families):
            above = name.rpartition(".")[0]
            while above:
                if f"{above}.*" in self.sites:
                    yield f"{above}.*"
                above = above.rpartition(".")[0]


def register(found: Mapping[str, Rule]) -> Registry:
    """Rules by name, made into one registry.

    Raises RuleError if two rules claim a site, or `after` names no rule or runs in a circle.
    """
    claimed: dict[str, str] = {}
    sites: dict[str, SiteRule] = {}
    for name, rule in found.items():
        for site, decide in rule.sites.items():
            if site in claimed:
                raise RuleError(f"{site} is claimed by two rules: {claimed[site]} and {name}")
            claimed[site] = name
            sites[site] = decide
    ordered = [found[name] for name in _in_order(found)]
    return Registry(
        MappingProxyType(sites),
        tuple(rule.row for rule in ordered if rule.row is not None),
        tuple(rule.start for rule in ordered if rule.start is not None),
        tuple(rule.finish for rule in ordered if rule.finish is not None),
        tuple(key[:-1] for key in sites if key.endswith(".*") and key != ANY_MODULE_MEMBER),
    )


def _in_order(found: Mapping[str, Rule]) -> Iterable[str]:
    """The names of the rules, each behind those its `after` names, by the alphabet otherwise."""
    for name, rule in found.items():
        for other in rule.after:
            if other not in found:
                raise RuleError(f"{name} has to run after {other}, which is no rule")
    sorter = TopologicalSorter({name: found[name].after for name in sorted(found)})
    try:
        sorter.prepare()
    except CycleError as error:
        raise RuleError(f"these rules wait for each other: {' → '.join(error.args[1])}") from None
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        yield from ready
        sorter.done(*ready)


@cache
def all_rules() -> Mapping[str, Rule]:
    """The rule of every module of `torch2ms.rewrite.rules`, by the module's name. Raises RuleError."""
    found: dict[str, Rule] = {}
    for module in pkgutil.iter_modules(rules.__path__):
        if module.name == "shared":
            continue
        rule = getattr(importlib.import_module(f"{rules.__name__}.{module.name}"), "RULE", None)
        if not isinstance(rule, Rule):
            raise RuleError(f"the module {module.name} of {rules.__name__} holds no RULE")
        found[module.name] = rule
    return MappingProxyType(found)


def docstring(name: str) -> str:
    """What the module of a rule says of itself."""
    return inspect.getdoc(importlib.import_module(f"{rules.__name__}.{name}")) or ""


@cache
def registry() -> Registry:
    """The registry of all rules."""
    return register(all_rules())
