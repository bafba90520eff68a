"""Writes `_modules`, the children of a module by name, as `_cells`, which is where a Cell keeps them."""

from __future__ import annotations

import ast

from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.plan import Template


def _modules(ctx: FileContext, use: Use) -> bool:
    assert isinstance(use.node, ast.Attribute)
    ctx.replace(use.node, Template("{self}._cells", {"self": use.node.value}))
    return ctx.converted(use, "mindspore.nn.Cell._cells")


RULE = Rule(sites={"torch.nn.Module._modules": _modules})
