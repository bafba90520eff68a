"""Lets a loop over a slice of a list of layers run over a plain list, because a slice of a CellList renames parameters.

`for layer in self.layers[:-1]`: the slice is a new CellList, which gives the Cells' parameters new names. A checkpoint
saved afterwards would lack parameters.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.plan import Template
from torch2ms.source import kinds as k

_CONTAINERS = frozenset({"torch.nn.ModuleList", "torch.nn.Sequential"})
_ITERATORS = frozenset({"enumerate", "zip", "reversed", "list", "tuple"})


def _start(ctx: FileContext) -> None:
    """Slice a list of the Cells where a loop runs over some of them."""
    if not any(
        isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice) and _is_container(ctx, node.value)
        for node in ctx.facts.kinds
    ):
        return
    for iterated in _iterated(ctx):
        for part in _slices(iterated):
            if _is_container(ctx, part.value) and ctx.plan(part.value) is None:
                ctx.replace(part.value, Template("list({cells})", {"cells": ast.unparse(part.value)}))
                ctx.structural(part, ctx.blocks.innermost(part), "torch.nn.ModuleList.__getitem__", "list")


def _iterated(ctx: FileContext) -> Iterator[ast.expr]:
    """What the loops and comprehensions of the file run over."""
    for stmt in ctx.blocks.places:
        if isinstance(stmt, ast.For):
            yield stmt.iter
    for node in ctx.facts.kinds:
        if isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp):
            yield from (generator.iter for generator in node.generators)


def _slices(node: ast.expr) -> Iterator[ast.Subscript]:
    """The slices of names a loop runs over."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _ITERATORS:
        for argument in node.args:
            yield from _slices(argument)
    elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice) and _is_dotted(node.value):
        yield node


def _is_dotted(node: ast.expr) -> bool:
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name)


def _is_container(ctx: FileContext, node: ast.expr) -> bool:
    kind = ctx.kind(node)
    return isinstance(kind, k.Module) and any(cls in _CONTAINERS for cls in kind.classes)


RULE = Rule(start=_start)
