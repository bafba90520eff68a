"""`torch2ms explain`: the page of a finding code, of a rule, or of a row of the tables."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from torch2ms.codes import CODES, is_code
from torch2ms.commands.tables import tables_with
from torch2ms.commands.terminal import FINE, CommandError, command
from torch2ms.report.explain import code_page, row_page, rule_page, suggestions
from torch2ms.rewrite.registry import all_rules, docstring, registry


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainOptions:
    """A finding code, the name of a rule, or a torch name."""

    name: str
    mappings: tuple[Path, ...] = ()


@command
def run(options: ExplainOptions) -> int:
    """Print the page; the exit code."""
    name, code = options.name, options.name.upper()
    if is_code(code):
        sys.stdout.write(code_page(CODES[code]))
        return FINE
    rules = all_rules()
    if name in rules:
        sys.stdout.write(rule_page(name, rules[name], docstring(name)))
        return FINE
    tables = tables_with(options.mappings)
    row = tables.row(name)
    torch_name = tables.canonical(name)
    claimed = [key for key in registry().claimed(torch_name) if row is None or not key.endswith(".*")]
    rule = next((found for found in rules if any(key in rules[found].sites for key in claimed)), None)
    if row is not None:
        sys.stdout.write(row_page(row, tables, asked=name, rule=rule))
    elif rule is not None:
        sys.stdout.write(rule_page(rule, rules[rule], docstring(rule)))
    else:
        known = name in tables.torch_names
        reason = "torch has it, but the tables hold no row for it" if known else "no such code, rule or torch name"
        near = suggestions(name, tables, rules)
        raise CommandError(f"{name}: {reason}" + (f"; near it: {', '.join(near)}" if near else ""))
    return FINE
