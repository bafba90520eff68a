"""The templates of the rows, filled with the arguments of a call."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Callable, Mapping
from decimal import Decimal
from math import isfinite

from torch2ms.mapping.schema import ArgRule
from torch2ms.rewrite.argument_types import ArgumentTypes
from torch2ms.rewrite.plan import Items, Template, Value
from torch2ms.rewrite.rows.bind import Bound, Refused
from torch2ms.rewrite.rows.conditions import is_int, simple
from torch2ms.source.facts import Facts

_PLACEHOLDER = re.compile(r"\{(\*?)([A-Za-z_]\w*)(?:\[(-?\d+)\])?\}")


def placeholders(text: str) -> frozenset[str]:
    """The parameters a template names: `a` and `b` for `f({a}, {*b}, {b[0]})`."""
    return frozenset(match[2] for match in _PLACEHOLDER.finditer(text))


class TemplateFiller:
    """Fills templates for one file. `localise` writes the MindSpore names in a template as this file does."""

    def __init__(self, facts: Facts, localise: Callable[[str], str], types: ArgumentTypes) -> None:
        self.facts = facts
        self.types = types
        self.localise = localise

    def fill(self, text: str, bound: Bound, rules: Mapping[str, ArgRule]) -> Template | Refused:
        """A template with the arguments of a call.

        `{name}` is the value of a parameter, its default if it is not given; `{*name}` the items of a variadic one;
        `{name[0]}` one item of a tuple that is written out; `{self}` the receiver. `rules` say how values change.
        """
        values: dict[str, Value] = {}
        times: Counter[str] = Counter()
        for match in _PLACEHOLDER.finditer(text):
            name, index = match[2], match[3]
            key = _key(match)
            if key not in values:
                value = self._whole(text, name, bound, rules) if index is None else self._item(name, int(index), bound)
                if value is None:
                    return Refused("T2M204", f"{name}= must be written out as a literal tuple here")
                values[key] = value
            if index is None:
                times[name] += 1
        for name, count in times.items():
            if count > 1 and not all(simple(node) for node in bound.values(name)):
                message = "the translation needs this argument twice, and evaluating it twice is not safe"
                return Refused("T2M204", message, "assign it to a variable first")
        filled = _PLACEHOLDER.sub(lambda match: f"{{{match[1]}{_key(match)}}}", text)
        return Template(self.localise(filled), values)

    def value(self, text: str, node: ast.expr, bound: Bound) -> Value | Refused:
        """What an argument becomes: `{}` is the argument itself; folded when everything in it is a number."""
        if "{}" not in text:
            return self.fill(text, bound, {})
        if isinstance(node, ast.Constant) and type(node.value) in (int, float):
            folded = fold(text.replace("{}", ast.unparse(node)))
            if folded is not None:
                return folded
        if text == "tuple({})" and isinstance(node, ast.List):
            return Template("{v}", {"v": Items(tuple(node.elts))})
        return Template(self.localise(text.replace("{}", "{v}")), {"v": node})

    def _item(self, name: str, index: int, bound: Bound) -> Value | None:
        """One item of what is passed for a parameter; None if it cannot be picked out."""
        nodes = bound.values(name)
        if not nodes:
            default = ast.parse(bound.default(name) or "None", mode="eval").body
            items = default.elts if isinstance(default, ast.Tuple) else []
            return ast.unparse(items[index]) if -len(items) <= index < len(items) else None
        if len(nodes) == 1:
            only = nodes[0]
            if isinstance(only, (ast.Tuple, ast.List)):
                nodes = tuple(only.elts)
            elif name != bound.variadic or not is_int(only, self.facts):
                return None
        if any(isinstance(node, ast.Starred) for node in nodes):
            return None
        return nodes[index] if -len(nodes) <= index < len(nodes) else None

    def _whole(self, text: str, name: str, bound: Bound, rules: Mapping[str, ArgRule]) -> Value | None:
        """What is passed for a parameter; None if the template cannot do without it."""
        nodes = bound.values(name)
        if not nodes:
            return bound.default(name) or ("()" if bound.signature.get(name) is not None else None)
        place = self.types.places(text).get(name) if name != "self" else None
        if name == bound.variadic:
            alone = len(nodes) == 1 and not isinstance(nodes[0], ast.Starred) and not is_int(nodes[0], self.facts)
            if place is None:
                return nodes[0] if alone else Items(nodes)
            if alone:
                return self.types.fit(*place, nodes[0], name, bound) or nodes[0]
            return Items(self.types.fit_items(*place, nodes))
        rule = rules.get(name)
        if rule is not None and rule.value is not None:
            value = self.value(rule.value, nodes[0], bound)
            return None if isinstance(value, Refused) else value
        return (self.types.fit(*place, nodes[0], name, bound) if place is not None else None) or nodes[0]


def _key(match: re.Match[str]) -> str:
    """The name under which the value of a placeholder goes: an item has one of its own."""
    name, index = match[2], match[3]
    return str(name) if index is None else f"{name}_item{index.replace('-', 'm')}"


def fold(text: str) -> str | None:
    """The value of an arithmetic expression of decimal numbers, written exactly; None when there is more in it.

    >>> fold("1 - 0.1")
    '0.9'
    """
    try:
        result = _number(ast.parse(text, mode="eval").body)
    except SyntaxError:
        return None
    if result is None:
        return None
    shown = format(result, "f")
    return shown.rstrip("0").rstrip(".") or "0" if "." in shown and len(shown.partition(".")[2]) > 1 else shown


def _number(node: ast.expr) -> Decimal | None:
    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool) and isfinite(value):
            return Decimal(repr(value))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            inner = _number(operand)
            return None if inner is None else -inner
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() | ast.Mult() as op, right=right):
            a, b = _number(left), _number(right)
            if a is None or b is None:
                return None
            return a + b if isinstance(op, ast.Add) else a - b if isinstance(op, ast.Sub) else a * b
    return None
