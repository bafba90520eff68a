"""Reads `.values` and `.indices` of what `max(dim)` or `sort` returns by position: MindSpore's tuples have no names."""

from __future__ import annotations

import ast

from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.plan import Template
from torch2ms.source import kinds as k


def _start(ctx: FileContext) -> None:
    """Index by position instead of by name."""
    for node, kind in ctx.facts.attributes.items():
        kind = k.settle(kind)
        if isinstance(kind, k.Named) and node.attr in kind.fields and isinstance(node.ctx, ast.Load):
            ctx.structural(node, ctx.stmt(node), f"torch.return_types.{node.attr}", "")
            ctx.replace(node, Template(f"{{v}}[{kind.fields.index(node.attr)}]", {"v": node.value}))


RULE = Rule(start=_start)
