"""`_modules`: the children by name, which a Cell keeps in `_cells`."""

from __future__ import annotations

import ast

from torch2ms.rewrite.context import Rewriter, Rule, Use
from torch2ms.rewrite.plan import Template


def _modules(rw: Rewriter, use: Use) -> bool:
    assert isinstance(use.node, ast.Attribute)
    rw.plans.exprs[use.node] = Template("{self}._cells", {"self": use.node.value})
    return rw.converted(use, "mindspore.nn.Cell._cells")


RULES: dict[str, Rule] = {"torch.nn.Module._modules": _modules}
