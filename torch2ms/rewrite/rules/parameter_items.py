"""Writes items of a Parameter picked by a mask or a list into its own memory, because an optimizer goes on with that.

`p[mask] = 0` gives a MindSpore Parameter other memory, and an optimizer that has made a step no longer trains it. The
items are written in a copy, which `ops.assign` writes back. Numbers and slices are safe, and so is what comes before
the first step.
"""

from __future__ import annotations

import ast

from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.plan import Value
from torch2ms.rewrite.rules.shared.questions import OPERATORS
from torch2ms.rewrite.rules.shared.set_parameters import keeps_memory, strip_data
from torch2ms.source import kinds as k


def _start(ctx: FileContext) -> None:
    """Find assignments to items of Parameters."""
    for stmt in ctx.facts.owners:
        if isinstance(stmt, ast.Assign) and len(stmt.targets) == 1:
            _write(ctx, stmt, stmt.targets[0], "=")
        elif isinstance(stmt, ast.AugAssign) and type(stmt.op) in OPERATORS:
            _write(ctx, stmt, stmt.target, f"{OPERATORS[type(stmt.op)]}=")


def _write(ctx: FileContext, stmt: ast.Assign | ast.AugAssign, target: ast.expr, operator: str) -> None:
    if not isinstance(target, ast.Subscript):
        return
    parameter = strip_data(target.value)
    if not isinstance(parameter, (ast.Name, ast.Attribute)) or ctx.kind(parameter) is not k.PARAMETER:
        return
    if keeps_memory(ctx, target.slice) or ctx.steps.none_before(stmt):
        return
    name = _free_name(ctx, f"new_{ast.unparse(parameter).rpartition('.')[2]}")
    values: dict[str, Value] = {"p": parameter, "index": target.slice, "value": stmt.value}
    text = f"{name} = {{p}}.copy()\n{name}[{{index}}] {operator} {{value}}\nops.assign({{p}}, {name})"
    ctx.replace_stmt(stmt, text, values)
    ctx.structural(target, stmt, "torch.Tensor.__setitem__", "mindspore.ops.assign")


def _free_name(ctx: FileContext, name: str) -> str:
    while ctx.blocks.names(name):
        name += "_"
    return name


RULE = Rule(start=_start)
