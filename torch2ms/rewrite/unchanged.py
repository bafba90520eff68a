"""Whether a template gives the call of a method as it stands, so that nothing has to be written."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from torch2ms.rewrite.plan import Items, Template, Value

_HOLE = re.compile(r"(?<!\{)\{(\*?)(\w+)\}(?!\})")
_MARK = "_hole_"


def is_unchanged(template: Template, node: ast.expr) -> bool:
    """Whether a template with its values is the call itself, written out in whatever layout.

    `{self}.view({*shape})` is, where the shape holds the very arguments of the call. Only methods are looked at: a
    name of a module may be spelled alike and mean something else.
    """
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    if not template.text.startswith("{") or f"}}.{node.func.attr}(" not in template.text:
        return False
    match _parsed(template.text):
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name))) as tree if name.startswith(_MARK):
            return _agrees(tree, node, template.values)
    return False


@lru_cache(maxsize=2048)
def _parsed(text: str) -> ast.expr | None:
    if "[" in text and re.search(r"\{\w+\[", text):
        return None  # an item of an argument
    try:
        return ast.parse(_HOLE.sub(rf"\1{_MARK}\2", text), mode="eval").body
    except SyntaxError:
        return None


def _agrees(pattern: ast.AST, node: ast.AST, values: Mapping[str, Value]) -> bool:
    if isinstance(pattern, ast.Name) and pattern.id.startswith(_MARK):
        value = values.get(pattern.id.removeprefix(_MARK))
        if isinstance(value, Template):
            return isinstance(node, ast.expr) and is_unchanged(value, node)
        return value is node
    if type(pattern) is not type(node):
        return False
    if isinstance(pattern, ast.Constant) and isinstance(node, ast.Constant):
        return type(pattern.value) is type(node.value) and pattern.value == node.value
    if isinstance(pattern, ast.Name):
        return False
    for name in pattern._fields:
        if name in ("ctx", "kind"):
            continue
        one, other = getattr(pattern, name, None), getattr(node, name, None)
        if isinstance(one, list) and isinstance(other, list):
            if not _agree(one, other, values):
                return False
        elif isinstance(one, ast.AST) and isinstance(other, ast.AST):
            if not _agrees(one, other, values):
                return False
        elif one != other:
            return False
    return True


def _agree(patterns: Sequence[ast.AST], nodes: Sequence[ast.AST], values: Mapping[str, Value]) -> bool:
    """The same for several in a row, where one placeholder may stand for several arguments."""
    rest = list(nodes)
    for pattern in patterns:
        items = _items(pattern, values)
        if items is not None:
            if len(rest) < len(items) or any(one is not two for one, two in zip(items, rest, strict=False)):
                return False
            rest = rest[len(items) :]
        elif not rest or not _agrees(pattern, rest.pop(0), values):
            return False
    return not rest


def _items(pattern: ast.AST, values: Mapping[str, Value]) -> Sequence[Value] | None:
    """The arguments a placeholder with a star stands for; None for anything else."""
    match pattern:
        case ast.Starred(value=ast.Name(id=name)) if name.startswith(_MARK):
            value = values.get(name.removeprefix(_MARK))
            return value.values if isinstance(value, Items) else None
    return None
