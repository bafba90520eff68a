"""`nn.Module` → `nn.Cell`: `forward` becomes `construct`, with its callers."""

from __future__ import annotations

import ast

from torch2ms.rewrite.engine import Rewriter, Rule, Use, is_module_class
from torch2ms.rewrite.plan import RenameDef, Template


def rewrite(rw: Rewriter) -> None:
    """Rename the forward methods of all module classes of the file."""
    for cls in rw.facts.classes:
        if not is_module_class(cls, rw.know):
            continue
        forward = cls.methods.get("forward")
        if forward is not None and isinstance(forward.node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            rw.plans.add(forward.node, RenameDef("construct"))


def _forward(rw: Rewriter, use: Use) -> bool:
    assert isinstance(use.node, ast.Attribute)
    rw.plans.exprs[use.node] = Template("{self}.construct", {"self": use.node.value})
    return rw.converted(use, "mindspore.nn.Cell.construct")


RULES: dict[str, Rule] = {"torch.nn.Module.forward": _forward}
