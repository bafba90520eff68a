"""Printing a parameter: a MindSpore Parameter shows its name and shape, `asnumpy()` its values."""

from __future__ import annotations

import ast

from torch2ms.rewrite.context import Rewriter
from torch2ms.rewrite.plan import Template
from torch2ms.source import kinds as k


def finish(rw: Rewriter) -> None:
    """Show values in `print(p)`, `str(p)`, `f"{p}"`, `"{}".format(p)` and `"%s" % p`."""
    for call in rw.facts.calls:
        func = call.func
        if (isinstance(func, ast.Name) and func.id in ("print", "str", "repr")) or (
            isinstance(func, ast.Attribute) and func.attr == "format" and rw.kind(func.value) is k.STR
        ):
            for arg in (*call.args, *(kw.value for kw in call.keywords)):
                _show(rw, arg)
    for node in rw.facts.kinds:
        if isinstance(node, ast.JoinedStr):
            for part in node.values:
                if isinstance(part, ast.FormattedValue):
                    _show(rw, part.value)
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod) and rw.kind(node.left) is k.STR:
            for item in node.right.elts if isinstance(node.right, ast.Tuple) else [node.right]:
                _show(rw, item)


def _show(rw: Rewriter, node: ast.expr) -> None:
    kind = rw.kind(node)
    if kind is not k.PARAMETER and kind is not k.BUFFER:
        return
    old = rw.plans.exprs.get(node)
    if isinstance(node, ast.Name) and old is None:
        rw.plans.exprs[node] = Template(f"{node.id}.asnumpy()")
    elif isinstance(node, ast.Attribute) and node.attr not in ("data", "grad"):
        if old is None:
            rw.plans.exprs[node] = Template(f"{{owner}}.{node.attr}.asnumpy()", {"owner": node.value})
        elif isinstance(old, Template):
            rw.plans.exprs[node] = Template("{parameter}.asnumpy()", {"parameter": old})
