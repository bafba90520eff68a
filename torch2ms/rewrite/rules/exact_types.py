"""Adds helper classes to comparisons of types, because `type(m) == nn.Conv2d` is false for a class derived from it.

Some layers of torch become a helper, a class derived from MindSpore's layer. Where the file has both, `type(m) ==
nn.Conv2d` becomes `type(m) in (nn.Conv2d, Conv2d)`. `isinstance` finds them anyway.
"""

from __future__ import annotations

import ast

from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.plan import Value
from torch2ms.source.syntax import type_of

_IN = {ast.Eq: "in", ast.Is: "in", ast.NotEq: "not in", ast.IsNot: "not in"}


def _finish(ctx: FileContext) -> None:
    """Comparisons with a class, and with a tuple of them."""
    done: set[ast.AST] = set()
    for use in ctx.sites():
        parent = ctx.parent(use.node, use.stmt)
        compare = ctx.parent(parent, use.stmt) if isinstance(parent, ast.Tuple | ast.List) else parent
        if not isinstance(compare, ast.Compare) or compare in done or len(compare.ops) != 1:
            continue
        added = _helpers(ctx, use)
        left, right, op = compare.left, compare.comparators[0], compare.ops[0]
        subject = left if type_of(left) is not None else right
        if type_of(subject) is None or not added:
            continue
        if parent is compare and type(op) in _IN:
            done.add(compare)
            text = f"{{subject}} {_IN[type(op)]} ({{cls}}, {', '.join(added)})"
            ctx.replace(compare, text, {"subject": subject, "cls": use.node})
        elif isinstance(parent, ast.Tuple | ast.List) and isinstance(op, ast.In | ast.NotIn):
            done.add(compare)
            uses = [other for cls in parent.elts if (other := ctx.site(cls)) is not None]
            more = dict.fromkeys(name for other in uses for name in _helpers(ctx, other))
            values: dict[str, Value] = {f"cls{i}": cls for i, cls in enumerate(parent.elts)}
            ctx.replace(parent, f"({', '.join([*(f'{{{name}}}' for name in values), *more])})", values)


def _helpers(ctx: FileContext, use: Use) -> list[str]:
    """The classes of the output that a layer of torch may have become besides MindSpore's own."""
    row = ctx.tables.rows.get(use.name)
    if row is None or use.receiver is not None or not ctx.know.is_layer(use.name):
        return []
    names = [body.helper for body in (*row.bodies, *((row.value,) if row.value is not None else ())) if body.helper]
    helpers = [ctx.tables.helpers[name] for name in dict.fromkeys(names) if ctx.has_helper(name)]
    return [helper.defines for helper in helpers if helper.source.startswith("class ")]


RULE = Rule(finish=_finish)
