"""`nn.Module` → `nn.Cell`: `forward` becomes `construct`, with its callers."""

from __future__ import annotations

import ast

from torch2ms.rewrite.engine import Rewriter, Rule, Use, is_module_class
from torch2ms.rewrite.plan import RenameDef, Template
from torch2ms.source import kinds as k


def rewrite(rw: Rewriter) -> None:
    """Rename the forward methods of all module classes of the file."""
    for cls in rw.facts.classes:
        if not is_module_class(cls, rw.know):
            continue
        forward = cls.methods.get("forward")
        if forward is not None and isinstance(forward.node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            rw.plans.add(forward.node, RenameDef("construct"))
            if cls.module:
                _foreign_base(rw, cls)


def _foreign_base(rw: Rewriter, cls: k.ClassInfo) -> None:
    """A class of another file as base: its conversion is needed too."""
    if not cls.node.bases:
        return
    use = Use(cls.node.bases[0], "torch.nn.Module.forward", cls.node, None)
    rw.uses.append(use)
    if cls.assumed:
        rw.check(use, "mindspore.nn.Cell.construct", f"the base class {rw.text(use.node)} is taken for a module")
    else:
        rw.converted(use, "mindspore.nn.Cell.construct")


def _forward(rw: Rewriter, use: Use) -> bool:
    assert isinstance(use.node, ast.Attribute)
    rw.plans.exprs[use.node] = Template("{self}.construct", {"self": use.node.value})
    return rw.converted(use, "mindspore.nn.Cell.construct")


RULES: dict[str, Rule] = {"torch.nn.Module.forward": _forward}
