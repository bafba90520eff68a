"""Calls of einops' functions: what they are given."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from torch2ms.rewrite.context import FileContext
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.plan import Template
from torch2ms.rewrite.rules.einops.pattern import PatternError, parse_names
from torch2ms.rewrite.rules.einops.places import has_name

Size: TypeAlias = ast.expr | Template
"""The size of an axis: an expression of the file, or that of a dimension of another tensor."""


@dataclass(frozen=True, slots=True)
class Given:
    """The arguments of a call of `rearrange`, `reduce` or `repeat`. `sizes`: None when not all of them can be seen."""

    tensor: ast.expr
    pattern: ast.expr
    reduction: ast.expr | None
    sizes: Mapping[str, Size] | None


def given(ctx: FileContext, use: Use, names: tuple[str, ...]) -> Given | None:
    """The arguments of a call, by the names of the parameters before the sizes; None where they cannot be told."""
    call = use.call
    if call is None or any(isinstance(argument, ast.Starred) for argument in call.args) or len(call.args) > len(names):
        return None
    bound = dict(zip(names, call.args, strict=False))
    sizes: dict[str, Size] = {}
    complete = True
    for keyword in call.keywords:
        if keyword.arg is None:
            spread = _spread(ctx, keyword.value)
            complete = complete and spread is not None
            sizes.update(spread or {})
        elif keyword.arg in names:
            bound[keyword.arg] = keyword.value
        else:
            sizes[keyword.arg] = keyword.value
    if not all(name in bound for name in names):
        return None
    return Given(bound["tensor"], bound["pattern"], bound.get("reduction"), sizes if complete else None)


def _spread(ctx: FileContext, node: ast.expr) -> Mapping[str, Size] | None:
    """The sizes in `**dict(h=2)`, `**{"h": 2}` or `**parse_shape(x, "b _ h w")`."""
    match node:
        case ast.Call(func=ast.Name(id="dict"), args=[], keywords=keywords):
            if all(keyword.arg is not None for keyword in keywords):
                return {str(keyword.arg): keyword.value for keyword in keywords}
        case ast.Dict(keys=keys, values=values):
            names = [key.value if isinstance(key, ast.Constant) else None for key in keys]
            if all(isinstance(name, str) for name in names):
                return {str(name): value for name, value in zip(names, values, strict=True)}
        case ast.Call(args=[tensor, ast.Constant(value=str(text))], keywords=[]) if has_name(tensor):
            if ctx.know.canonical(ctx.facts.refs.get(node.func, "")) == "einops.parse_shape":
                return sizes_of_shape(tensor, text)
    return None


def sizes_of_shape(tensor: ast.expr, text: str) -> Mapping[str, Size] | None:
    """The size of every axis that a pattern of `parse_shape` names; None for a wrong pattern."""
    try:
        positions = parse_names(text)
    except PatternError:
        return None
    return {name: Template(f"{{y}}.shape[{position}]", {"y": tensor}) for name, position in positions.items()}


_PURE_FUNCTIONS = frozenset("int len round max min abs".split())
_PURE_METHODS = frozenset("size dim numel".split())


def is_pure(size: Size) -> bool:
    """Whether a size may go without being computed: nothing is called for it that could do more."""
    for part in () if isinstance(size, Template) else ast.walk(size):
        if isinstance(part, (ast.NamedExpr, ast.Await, ast.Yield, ast.YieldFrom)):
            return False
        if isinstance(part, ast.Call):
            match part.func:
                case ast.Name(id=name) if name in _PURE_FUNCTIONS:
                    continue
                case ast.Attribute(value=ast.Name(id="math")):
                    continue
                case ast.Attribute(attr=name) if name in _PURE_METHODS:
                    continue
            return False
    return True


def is_simple(size: Size) -> bool:
    """Whether a size may be written twice: it is short, and computing it again costs nothing."""
    if isinstance(size, ast.Subscript):
        index = size.slice.operand if isinstance(size.slice, ast.UnaryOp) else size.slice
        return isinstance(index, ast.Constant) and is_simple(size.value)
    if isinstance(size, ast.Attribute):
        return is_simple(size.value)
    return isinstance(size, (ast.Name, ast.Constant, Template))
