"""`defaults:` at the head of a table: what most of its rows would repeat.

    defaults:
      args: {out: {unsupported: MindSpore has no out=}}
      grad: "no"

An argument rule goes to every row of the file that converts something, whose torch signature has that argument, and
whose own `args` do not name it. The other keys go to every row that converts something and does not have them.
A row takes a default away with `~`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from torch2ms.mapping.files import TableError
from torch2ms.mapping.nodes import Map, Node, Text, check_keys, map_of
from torch2ms.mapping.schema import Signature

DEFAULTS = "defaults"
# What a row may leave to the head of its table, beside argument rules.
SHARED_KEYS = ("returns", "grad", "graph")
_CONVERTS = ("to", "expr", "helper", "inplace", "when")


@dataclass(frozen=True, slots=True)
class Defaults:
    """The head of one table: argument rules by torch name, the line of each, and other keys of rows."""

    args: Mapping[str, Node] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)
    keys: Mapping[str, Node] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TakenAway:
    """What a row says it does not want: names of arguments, and keys."""

    args: frozenset[str] = frozenset()
    keys: frozenset[str] = frozenset()

    def __or__(self, other: TakenAway) -> TakenAway:
        return TakenAway(self.args | other.args, self.keys | other.keys)


def split_table(table: Map) -> tuple[Defaults, dict[str, Node]]:
    """The defaults of a table and its rows. TableError when `defaults` is not the first key or not well formed."""
    rows = dict(table.items)
    node = rows.pop(DEFAULTS, None)
    if node is None:
        return Defaults(), rows
    if next(iter(table.items)) != DEFAULTS:
        raise TableError(table.path, table.lines[DEFAULTS], "defaults stand at the head of a table")
    head = map_of(node)
    check_keys(head, ("args", *SHARED_KEYS), DEFAULTS)
    args = map_of(head.items["args"]) if "args" in head.items else Map(head.path, head.line, {}, {})
    keys = {key: value for key, value in head.items.items() if key != "args"}
    return Defaults(args.items, args.lines, keys), rows


def without_taken_away(row: Map) -> tuple[Map, TakenAway]:
    """A row without the `~` that stand in the place of a default, and what they take away."""
    keys = frozenset(key for key in SHARED_KEYS if _is_null(row.items.get(key)))
    args = row.items.get("args")
    names: frozenset[str] = frozenset()
    kept = {key: node for key, node in row.items.items() if key not in keys}
    if isinstance(args, Map):
        names = frozenset(name for name, node in args.items.items() if _is_null(node))
        rules = {name: node for name, node in args.items.items() if name not in names}
        kept["args"] = Map(args.path, args.line, rules, args.lines)
    return Map(row.path, row.line, kept, row.lines), TakenAway(names, keys)


def with_defaults(row: Map, signatures: Iterable[Signature], defaults: Defaults, taken_away: TakenAway) -> Map:
    """A row and what it leaves to the head of its table."""
    if not any(key in row.items for key in _CONVERTS):
        return row
    said = row.items.get("args")
    own = said if isinstance(said, Map) else Map(row.path, row.line, {}, {})
    has = {param.name for signature in signatures for param in signature.params}
    wanted = has - taken_away.args - own.items.keys()
    rules = {name: rule for name, rule in defaults.args.items() if name in wanted}
    keys = {key: node for key, node in defaults.keys.items() if key not in taken_away.keys | row.items.keys()}
    items = {**row.items, **keys}
    if rules:
        items["args"] = Map(own.path, own.line, {**own.items, **rules}, {**own.lines, **defaults.lines})
    return Map(row.path, row.line, items, row.lines)


def nothing_to_take_away(row: Map, taken_away: TakenAway, defaults: Defaults) -> TableError | None:
    """The error of a `~` where there is no default."""
    args = row.items.get("args")
    for name in sorted(taken_away.args - defaults.args.keys()):
        line = args.lines[name] if isinstance(args, Map) else row.line
        return TableError(row.path, line, f"{name}: ~ takes a default away, and there is none for {name}")
    for key in sorted(taken_away.keys - defaults.keys.keys()):
        return TableError(row.path, row.lines[key], f"{key}: ~ takes a default away, and there is none for {key}")
    return None


def _is_null(node: Node | None) -> bool:
    return isinstance(node, Text) and node.null
