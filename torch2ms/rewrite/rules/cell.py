"""Makes an `nn.Module` an `nn.Cell` and its `forward` the `construct` that a call of a Cell runs, with its callers."""

from __future__ import annotations

import ast

from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.plan import Template
from torch2ms.rewrite.rules.shared.questions import class_targets
from torch2ms.source import kinds as k
from torch2ms.source.facts import is_foreign, is_module_class


def _start(ctx: FileContext) -> None:
    """Rename the forward methods of all module classes of the file."""
    modules = [cls for cls in ctx.facts.classes if is_module_class(cls, ctx.know)]
    # A mixin's forward is that of the module classes derived from it.
    renamed = dict.fromkeys(part for cls in modules for part in cls.mro() if "forward" in part.methods)
    for cls in renamed:
        # Forms for `typing.overload` stand beside the method itself.
        forms = [stmt for stmt in cls.node.body if isinstance(stmt, (ast.FunctionDef, ast.AsyncFunctionDef))]
        for forward in forms:
            if forward.name == "forward":
                ctx.rename_def(forward, "construct")
        if cls.module:
            _foreign_base(ctx, cls)
    for cls in modules:
        for target in class_targets(cls):
            if target.id == "forward":
                ctx.replace(target, Template("construct"))
    for node, kind in ctx.facts.attributes.items():
        kind = k.settle(kind)
        owner = kind.cls if isinstance(kind, (k.ClassRef, k.Instance)) else None
        if node.attr != "forward" or not isinstance(owner, k.ClassInfo):
            continue
        if any(cls in renamed for cls in owner.mro()):
            ctx.structural(node, ctx.stmt(node), "torch.nn.Module.forward", "mindspore.nn.Cell.construct")
            ctx.replace(node, Template("{self}.construct", {"self": node.value}))


def _foreign_base(ctx: FileContext, cls: k.ClassInfo) -> None:
    """A class of another file as base: its conversion is needed too."""
    bases = list(zip(cls.node.bases, cls.bases, strict=True))
    base = next((b for b, kind in bases if is_foreign(kind, ctx.know)), None)
    if base is None and cls.assumed:
        base = next((b for b, kind in bases if isinstance(kind, k.ClassRef)), None)
    if base is None:
        return
    use = ctx.add_site(base, "torch.nn.Module.forward", cls.node)
    if cls.assumed:
        ctx.check(use, "mindspore.nn.Cell.construct", f"the base class {ctx.text(use.node)} is taken for a module")
    else:
        ctx.converted(use, "mindspore.nn.Cell.construct")


def _forward(ctx: FileContext, use: Use) -> bool:
    assert isinstance(use.node, ast.Attribute)
    ctx.replace(use.node, Template("{self}.construct", {"self": use.node.value}))
    return ctx.converted(use, "mindspore.nn.Cell.construct")


def _init(ctx: FileContext, use: Use) -> bool:
    """`nn.Module.__init__(self)`."""
    ctx.replace(use.node, Template(ctx.spell("mindspore.nn.Cell") + ".__init__"))
    return ctx.converted(use, "mindspore.nn.Cell.__init__")


RULE = Rule(sites={"torch.nn.Module.forward": _forward, "torch.nn.Module.__init__": _init}, start=_start)
