"""Pads with widths that may be negative by a helper, because MindSpore's constant padding remembers them.

`ops.pad(x, (1, -1))` is right the first time it is called in a program, and wrong every time after: the kernel takes
the cut of the calls before off again. The helper slices first and pads with what is left. Widths that are written out
and not negative stay with `ops.pad`, and so do computed ones (`size - x.shape[-1]`), if they are widths one by one.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.plan import Template
from torch2ms.rewrite.rules.shared.questions import argument, has_stars

_LAYERS = ("ConstantPad1d", "ConstantPad2d", "ConstantPad3d", "ZeroPad1d", "ZeroPad2d", "ZeroPad3d")


_NOTE = "the widths may be negative: the slices that cut off then do not compile in graph mode"


def _function(ctx: FileContext, use: Use) -> bool:
    call = use.call
    if call is None or has_stars(call):
        return False
    widths, mode = argument(call, 1, "pad"), argument(call, 2, "mode")
    if isinstance(mode, ast.Constant) and mode.value != "constant":
        return False
    if widths is None or not _may_cut(ctx, widths, use.stmt):
        return False
    name = ctx.helper("functional_pad")
    ctx.replace(use.node, Template(name))
    return ctx.adapted(use, name, _NOTE, "T2M801")


def _layer(ctx: FileContext, use: Use) -> bool:
    call = use.call
    widths = None if call is None or has_stars(call) else argument(call, 0, "padding")
    if widths is None or not any(_is_negative(node) for node in ast.walk(widths)):
        return False
    if not isinstance(widths, ast.Tuple | ast.List):
        message = "MindSpore's padding by a negative width is wrong from the second call on"
        return ctx.manual(use, "T2M201", message, "slice what is cut off, then pad")
    name = ctx.helper("constant_pad")
    ctx.replace(use.node, Template(name))
    return ctx.adapted(use, name, _NOTE, "T2M801")


def _may_cut(ctx: FileContext, node: ast.expr, stmt: ast.stmt, follow: bool = True) -> bool:
    """Whether one of some widths may be negative. What is not known as a row of widths may hold such ones.

    `follow`: whether to look at what names are assigned.
    """

    def cuts(part: ast.expr) -> bool:
        return _may_cut(ctx, part, stmt, follow)

    if isinstance(node, ast.Tuple | ast.List):
        return any(
            cuts(item.value) if isinstance(item, ast.Starred) else any(map(_is_negative, ast.walk(item)))
            for item in node.elts
        )
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return cuts(node.left) or cuts(node.right)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        rows = [side for side in (node.left, node.right) if isinstance(side, ast.Tuple | ast.List)]
        return not rows or any(map(cuts, rows))
    if isinstance(node, ast.IfExp):
        return cuts(node.body) or cuts(node.orelse)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("tuple", "list"):
        return len(node.args) != 1 or cuts(node.args[0])
    values = list(_values(ctx, node, stmt)) if follow and isinstance(node, ast.Name) else []
    return not values or any(value is None or _may_cut(ctx, value, stmt, follow=False) for value in values)


def _values(ctx: FileContext, name: ast.Name, stmt: ast.stmt) -> Iterator[ast.expr | None]:
    """What a name of a function is assigned there; None for what cannot be followed."""
    scope = ctx.blocks.scope(stmt)
    for node in ctx.parents.names(name.id):
        if not isinstance(node.ctx, ast.Load) and ctx.blocks.scope(ctx.parents.stmt(node)) is scope:
            above = ctx.parents.of(node)
            yield above.value if isinstance(above, ast.Assign) and node in above.targets else None


def _is_negative(node: ast.AST) -> bool:
    return isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub)


RULE = Rule(
    sites={"torch.nn.functional.pad": _function, **{f"torch.nn.{name}": _layer for name in _LAYERS}},
)
