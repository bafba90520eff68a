"""`nn.Module` → `nn.Cell`: `forward` becomes `construct`, with its callers."""

from __future__ import annotations

import ast

from torch2ms.rewrite.context import Rewriter, Rule, Use
from torch2ms.rewrite.plan import RenameDef, Template
from torch2ms.rewrite.rules.shared.questions import class_targets
from torch2ms.source import kinds as k
from torch2ms.source.infer import is_foreign, is_module_class


def rewrite(rw: Rewriter) -> None:
    """Rename the forward methods of all module classes of the file."""
    modules = [cls for cls in rw.facts.classes if is_module_class(cls, rw.know)]
    # A mixin's forward is that of the module classes derived from it.
    renamed = dict.fromkeys(part for cls in modules for part in cls.mro() if "forward" in part.methods)
    for cls in renamed:
        forward = cls.methods["forward"].node
        if isinstance(forward, (ast.FunctionDef, ast.AsyncFunctionDef)):
            rw.plans.add(forward, RenameDef("construct"))
            if cls.module:
                _foreign_base(rw, cls)
    for cls in modules:
        for target in class_targets(cls):
            if target.id == "forward":
                rw.plans.exprs[target] = Template("construct")
    for node, kind in rw.facts.attributes.items():
        kind = k.settle(kind)
        owner = kind.cls if isinstance(kind, (k.ClassRef, k.Instance)) else None
        if node.attr != "forward" or not isinstance(owner, k.ClassInfo):
            continue
        if any(cls in renamed for cls in owner.mro()):
            rw.structural(node, rw.stmt(node), "torch.nn.Module.forward", "mindspore.nn.Cell.construct")
            rw.plans.exprs[node] = Template("{self}.construct", {"self": node.value})


def _foreign_base(rw: Rewriter, cls: k.ClassInfo) -> None:
    """A class of another file as base: its conversion is needed too."""
    bases = list(zip(cls.node.bases, cls.bases, strict=True))
    base = next((b for b, kind in bases if is_foreign(kind)), None)
    if base is None and cls.assumed:
        base = next((b for b, kind in bases if isinstance(kind, k.ClassRef)), None)
    if base is None:
        return
    use = Use(base, "torch.nn.Module.forward", cls.node, None)
    rw.uses.append(use)
    if cls.assumed:
        rw.check(use, "mindspore.nn.Cell.construct", f"the base class {rw.text(use.node)} is taken for a module")
    else:
        rw.converted(use, "mindspore.nn.Cell.construct")


def _forward(rw: Rewriter, use: Use) -> bool:
    assert isinstance(use.node, ast.Attribute)
    rw.plans.exprs[use.node] = Template("{self}.construct", {"self": use.node.value})
    return rw.converted(use, "mindspore.nn.Cell.construct")


def _init(rw: Rewriter, use: Use) -> bool:
    """`nn.Module.__init__(self)`."""
    rw.plans.exprs[use.node] = Template(rw.spell("mindspore.nn.Cell") + ".__init__")
    return rw.converted(use, "mindspore.nn.Cell.__init__")


RULES: dict[str, Rule] = {"torch.nn.Module.forward": _forward, "torch.nn.Module.__init__": _init}
