"""Gives an underscore to a module's attributes and methods whose names (`phase`, `cells`) a Cell keeps for itself."""

from __future__ import annotations

import ast

from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.plan import Template
from torch2ms.rewrite.rules.shared.questions import class_targets
from torch2ms.source import kinds as k
from torch2ms.source.facts import is_module_class
from torch2ms.source.members import CELL_OWN_NAMES


def _start(ctx: FileContext) -> None:
    """Rename the attributes and methods, and every use of them in the file."""
    clashing: dict[k.ClassInfo, set[str]] = {}
    for cls in ctx.facts.classes:
        if is_module_class(cls, ctx.know):
            own = (set(cls.attrs) | set(cls.methods)) & CELL_OWN_NAMES
            if cls.method("forward") is None:
                # Nothing else becomes this class's construct.
                own.discard("construct")
            if own:
                clashing[cls] = own
                renamed = ", ".join(f"{name} → {ctx.attribute_name(name)}" for name in sorted(own))
                ctx.finding(cls.node, "T2M105", f"a Cell keeps these names for itself, so they change: {renamed}")
                for target in class_targets(cls):
                    if target.id in own:
                        ctx.replace(target, Template(ctx.attribute_name(target.id)))
                for name in own & set(cls.methods):
                    method = cls.methods[name].node
                    if isinstance(method, (ast.FunctionDef, ast.AsyncFunctionDef)):
                        ctx.rename_def(method, ctx.attribute_name(name))
    if not clashing:
        return
    for node, receiver in ctx.facts.attributes.items():
        kind = k.settle(receiver)
        if not isinstance(kind, k.Module):
            continue
        for owner in kind.classes:
            if isinstance(owner, k.ClassInfo) and any(node.attr in clashing.get(c, ()) for c in owner.mro()):
                ctx.replace(node, Template("{o}." + ctx.attribute_name(node.attr), {"o": node.value}))
                ctx.structural(node, ctx.stmt(node), f"torch.nn.Module.{node.attr}", "mindspore.nn.Cell")
                break


RULE = Rule(start=_start)
