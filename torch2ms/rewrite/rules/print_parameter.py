"""Prints a parameter by `asnumpy()`, because a MindSpore Parameter shows its name and shape instead of its values."""

from __future__ import annotations

import ast

from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.plan import Template
from torch2ms.source import kinds as k


def _finish(ctx: FileContext) -> None:
    """Show values in `print(p)`, `str(p)`, `f"{p}"`, `"{}".format(p)` and `"%s" % p`."""
    for call in ctx.facts.calls:
        func = call.func
        if (isinstance(func, ast.Name) and func.id in ("print", "str", "repr")) or (
            isinstance(func, ast.Attribute) and func.attr == "format" and ctx.kind(func.value) is k.STR
        ):
            for arg in (*call.args, *(kw.value for kw in call.keywords)):
                _show(ctx, arg)
    for node in ctx.facts.of_type(ast.JoinedStr, ast.BinOp):
        if isinstance(node, ast.JoinedStr):
            for part in node.values:
                if isinstance(part, ast.FormattedValue):
                    _show(ctx, part.value)
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod) and ctx.kind(node.left) is k.STR:
            for item in node.right.elts if isinstance(node.right, ast.Tuple) else [node.right]:
                _show(ctx, item)


def _show(ctx: FileContext, node: ast.expr) -> None:
    kind = ctx.kind(node)
    if kind is not k.PARAMETER and kind is not k.BUFFER:
        return
    old = ctx.plan(node)
    if isinstance(node, ast.Name) and old is None:
        new = Template(f"{node.id}.asnumpy()")
    elif not isinstance(node, ast.Attribute) or node.attr in ("data", "grad"):
        return
    elif old is None:
        new = Template(f"{{owner}}.{node.attr}.asnumpy()", {"owner": node.value})
    elif isinstance(old, Template):
        new = Template("{parameter}.asnumpy()", {"parameter": old})
    else:
        return
    ctx.replace(node, new)
    if ctx.site(node) is None:
        ctx.structural(node, ctx.parents.stmt(node), "torch.Tensor.__format__", "mindspore.Parameter.asnumpy")


RULE = Rule(finish=_finish)
