"""Takes slices of layers from a plain list, because a slice of a CellList or SequentialCell renames parameters.

The slice is a new Cell, which names the parameters of the layers in it anew: a checkpoint saved afterwards lacks some,
and gradients cannot be taken where two have one name. `for layer in self.layers[:-1]`, `len(self.layers[1:])` and a
name that is only looped over take a slice of `list(self.layers)`. A slice that is called, `x = self.body[:2](x)`,
becomes the loop it stands for. In a constructor, and where a slice becomes an attribute or part of another module, the
owner gives all names anew: such slices stay. Any other slice in a method of a module is to be checked.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.plan import Template, Value
from torch2ms.source import kinds as k
from torch2ms.source.facts import is_module_class

_LIST, _SEQUENTIAL = "torch.nn.ModuleList", "torch.nn.Sequential"
_ITERATORS = frozenset({"enumerate", "zip", "reversed", "list", "tuple", "len"})
_LOOP_NAMES = ("layer", "cell", "layer_", "cell_")


def _start(ctx: FileContext) -> None:
    for part in _slices(ctx):
        stmt = ctx.blocks.innermost(part)
        if _is_iterated(ctx, part, stmt) or _is_name_iterated(ctx, part, stmt):
            if ctx.plan(part.value) is None:
                ctx.replace(part.value, _as_list(part))
                ctx.structural(part, stmt, f"{_LIST}.__getitem__", "list")
        elif _runs_in_a_method(ctx, stmt) and not _is_given_away(ctx, part, stmt) and not _write_loop(ctx, part, stmt):
            _leave_to_check(ctx, part, stmt)


def _leave_to_check(ctx: FileContext, part: ast.Subscript, stmt: ast.stmt) -> None:
    """A plain list of layers goes where a ModuleList was expected; a slice of a Sequential has to stay one."""
    use = ctx.add_site(part, f"{_LIST}.__getitem__", stmt)
    if _is_container(ctx, part.value, _SEQUENTIAL):
        message = "the slice renames parameters: a checkpoint saved later lacks some"
        hint = f"for layer in list({ast.unparse(part.value)})[{ast.unparse(part.slice)}]: x = layer(x)"
        ctx.check(use, "", message, hint=hint)
    else:
        ctx.replace(part.value, _as_list(part))
        ctx.check(use, "list", "a plain list of layers now, because a slice of a CellList renames parameters")


def _slices(ctx: FileContext) -> Iterator[ast.Subscript]:
    """The slices of names that are lists of layers, in the order of the source."""
    found = [
        node
        for node in ctx.facts.of_type(ast.Subscript)
        if isinstance(node.ctx, ast.Load)
        and isinstance(node.slice, ast.Slice)
        and _is_dotted(node.value)
        and _is_container(ctx, node.value, _LIST, _SEQUENTIAL)
    ]
    yield from sorted(found, key=lambda node: (node.lineno, node.col_offset))


def _is_iterated(ctx: FileContext, node: ast.expr, stmt: ast.stmt) -> bool:
    """Whether all that is done with a value is to run over it, to count it or to take one of it by its index."""
    parent = ctx.parent(node, stmt)
    if isinstance(parent, (ast.For, ast.AsyncFor, ast.comprehension)):
        return parent.iter is node
    if isinstance(parent, ast.Starred):
        return not _is_given_away(ctx, node, stmt)
    if isinstance(parent, ast.Call):
        return isinstance(parent.func, ast.Name) and parent.func.id in _ITERATORS and node in parent.args
    return isinstance(parent, ast.Subscript) and parent.value is node and not isinstance(parent.slice, ast.Slice)


def _is_name_iterated(ctx: FileContext, part: ast.expr, stmt: ast.stmt) -> bool:
    """Whether a value is given to a name of a function that is only run over."""
    function = ctx.blocks.function(stmt)
    if function is None or not isinstance(stmt, ast.Assign) or stmt.value is not part or len(stmt.targets) != 1:
        return False
    target = stmt.targets[0]
    return isinstance(target, ast.Name) and all(
        _is_iterated(ctx, load, place) for load, place in ctx.blocks.loads(target.id, function)
    )


def _runs_in_a_method(ctx: FileContext, stmt: ast.stmt) -> bool:
    """Whether a statement runs when a module is used, not when it is built."""
    function = ctx.blocks.function(stmt)
    if function is None or function.name == "__init__":
        return False
    info = next((info for info in ctx.facts.functions if info.node is function), None)
    return info is not None and info.cls is not None and is_module_class(info.cls, ctx.know)


def _is_given_away(ctx: FileContext, part: ast.expr, stmt: ast.stmt) -> bool:
    """Whether a slice becomes an attribute or part of another module, which give its parameters their names."""
    parent = ctx.parent(part, stmt)
    if isinstance(parent, ast.Assign):
        return all(isinstance(target, ast.Attribute) for target in parent.targets)
    while isinstance(parent, (ast.Starred, ast.List, ast.Tuple)):
        parent = ctx.parent(parent, stmt)
    return isinstance(parent, ast.Call) and part is not parent.func and isinstance(ctx.kind(parent), k.Module)


def _write_loop(ctx: FileContext, part: ast.Subscript, stmt: ast.stmt) -> bool:
    """Write `x = self.body[:2](x)` as the loop over its layers, if it is such a statement."""
    call = ctx.parent(part, stmt)
    if not isinstance(call, ast.Call) or call.func is not part or len(call.args) != 1 or call.keywords:
        return False
    if not _is_container(ctx, part.value, _SEQUENTIAL) or ctx.stmt_plans(stmt):
        return False
    argument = call.args[0]
    layer = next((name for name in _LOOP_NAMES if name not in ctx.facts.bound), None)
    if isinstance(argument, ast.Starred) or layer is None:
        return False
    lines = ["for {layer} in {cells}:", "    {x} = {layer}({x})"]
    values: dict[str, Value] = {}
    if isinstance(stmt, ast.Assign) and stmt.value is call and len(stmt.targets) == 1:
        target = stmt.targets[0]
        if not isinstance(target, ast.Name):
            return False
        name = target.id
        if not (isinstance(argument, ast.Name) and argument.id == name):
            lines.insert(0, "{x} = {argument}")
            values["argument"] = argument
    elif isinstance(stmt, ast.Return) and stmt.value is call and isinstance(argument, ast.Name):
        name = argument.id
        lines.append("return {x}")
    else:
        return False
    if any(isinstance(node, ast.Name) and node.id == name for node in ast.walk(part)):
        return False
    ctx.replace(part.value, _as_list(part))
    values |= {"layer": layer, "x": name, "cells": part}
    ctx.replace_stmt(stmt, "\n".join(lines), values)
    ctx.structural(part, stmt, f"{_SEQUENTIAL}.__getitem__", "list")
    return True


def _as_list(part: ast.Subscript) -> Template:
    return Template("list({cells})", {"cells": ast.unparse(part.value)})


def _is_dotted(node: ast.expr) -> bool:
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name)


def _is_container(ctx: FileContext, node: ast.expr, *containers: str) -> bool:
    kind = ctx.kind(node)
    return isinstance(kind, k.Module) and any(cls in containers for cls in kind.classes)


RULE = Rule(start=_start)
