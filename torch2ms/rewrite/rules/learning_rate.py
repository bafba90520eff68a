"""Makes a new learning rate a float, because MindSpore's optimizer ignores a Tensor stored as the rate.

Reading the rate gives a Parameter there, so the arithmetic of `group["lr"] *= 0.1` would give a Tensor.
"""

from __future__ import annotations

import ast

from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.source import kinds as k

_SITE = "torch.optim.Optimizer.param_groups"
_OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.Pow: "**",
}


def _start(ctx: FileContext) -> None:
    """Store floats as the learning rate of a parameter group."""
    if "lr" not in ctx.source.text:
        return
    stores = [stmt for stmt in ctx.blocks.places if isinstance(stmt, ast.Assign | ast.AugAssign) and _stores(stmt)]
    groups = _group_names(ctx.tree) if stores else frozenset()
    for stmt in stores:
        if isinstance(stmt, ast.AugAssign):
            operator = _OPERATORS.get(type(stmt.op))
            if operator is not None and _is_rate(stmt.target, groups):
                values = {"rate": stmt.target, "value": stmt.value}
                ctx.replace_stmt(stmt, f"{{rate}} = float({{rate}}) {operator} {{value}}", values)
                ctx.structural(stmt.target, stmt, _SITE, "float")
        elif len(stmt.targets) == 1 and _is_rate(stmt.targets[0], groups) and not _is_number(ctx, stmt.value):
            ctx.replace_stmt(stmt, "{rate} = float({value})", {"rate": stmt.targets[0], "value": stmt.value})
            ctx.structural(stmt.targets[0], stmt, _SITE, "float")


def _stores(stmt: ast.Assign | ast.AugAssign) -> bool:
    target = stmt.target if isinstance(stmt, ast.AugAssign) else stmt.targets[0]
    return isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant) and target.slice.value == "lr"


def _group_names(tree: ast.AST) -> frozenset[str]:
    """Names that stand for one of an optimizer's parameter groups."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.For | ast.comprehension) and _mentions_groups(node.iter):
            found.update(name.id for name in ast.walk(node.target) if isinstance(name, ast.Name))
    return frozenset(found)


def _mentions_groups(node: ast.expr) -> bool:
    return any(isinstance(part, ast.Attribute) and part.attr == "param_groups" for part in ast.walk(node))


def _is_rate(target: ast.expr, groups: frozenset[str]) -> bool:
    """Whether this is the `lr` of a parameter group."""
    match target:
        case ast.Subscript(value=ast.Name(id=name), slice=ast.Constant(value="lr")):
            return name in groups
        case ast.Subscript(
            value=ast.Subscript(value=ast.Attribute(attr="param_groups")), slice=ast.Constant(value="lr")
        ):
            return True
    return False


def _is_number(ctx: FileContext, value: ast.expr) -> bool:
    """Whether a value is a Python number already."""
    if isinstance(value, ast.Constant):
        return True
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "float":
        return True
    return ctx.kind(value) in k.NUMBERS


RULE = Rule(start=_start)
