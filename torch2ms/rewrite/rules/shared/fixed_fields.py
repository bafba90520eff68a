"""Places that nothing can be assigned to: items of a tuple, fields of a named tuple and of a frozen dataclass.

Not a rewrite of its own: the in-place rule asks, since `state.h.add_(1)` cannot become `state.h = state.h + 1` there.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from torch2ms.rewrite.context import FileContext
from torch2ms.source import kinds as k
from torch2ms.source.syntax import last_name, named_tuple_fields


def is_fixed(ctx: FileContext, node: ast.expr) -> bool:
    """Whether nothing can be assigned to a place, or, of an object that nothing is known of, may not be."""
    if isinstance(node, ast.Subscript):
        kind = k.settle(ctx.kind(node.value))
        return isinstance(kind, k.Seq) and kind.name == "tuple"
    if not isinstance(node, ast.Attribute):
        return False
    kind = k.settle(ctx.kind(node.value))
    if isinstance(kind, k.Instance) and isinstance(kind.cls, k.ClassInfo):
        return any(node.attr in _annotated(cls) for cls in kind.cls.mro() if _is_fixed_class(cls))
    if isinstance(kind, (k.Module, k.Instance)):
        return False
    return any(node.attr in fields for fields in _fields(ctx))


def _fields(ctx: FileContext) -> Iterator[frozenset[str]]:
    """The fields that cannot be assigned to, by the classes of the file."""
    for cls in ctx.facts.classes:
        if _is_fixed_class(cls):
            yield _annotated(cls)
    for call in ctx.facts.calls:
        if last_name(call.func) == "namedtuple":
            yield frozenset(named_tuple_fields(call) or ())


def _annotated(cls: k.ClassInfo) -> frozenset[str]:
    body = cls.node.body
    return frozenset(s.target.id for s in body if isinstance(s, ast.AnnAssign) and isinstance(s.target, ast.Name))


def _is_fixed_class(cls: k.ClassInfo) -> bool:
    """Whether a class is a named tuple or a frozen dataclass."""
    if any(last_name(base) == "NamedTuple" for base in cls.node.bases):
        return True
    return any(map(_freezes, cls.node.decorator_list))


def _freezes(decorator: ast.expr) -> bool:
    """`@dataclass(frozen=True)`."""
    if not isinstance(decorator, ast.Call) or last_name(decorator.func) != "dataclass":
        return False
    given = (keyword.value for keyword in decorator.keywords if keyword.arg == "frozen")
    return any(isinstance(value, ast.Constant) and bool(value.value) for value in given)
