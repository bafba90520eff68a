"""Attributes of a module that a Cell keeps for itself (`phase`, `cells`, …) get an underscore."""

from __future__ import annotations

import ast

from torch2ms.rewrite.engine import RESERVED, Rewriter, Rule, is_module_class
from torch2ms.rewrite.plan import RenameDef, Template
from torch2ms.source import kinds as k

RULES: dict[str, Rule] = {}


def rewrite(rw: Rewriter) -> None:
    """Rename the attributes and methods, and every use of them in the file."""
    clashing: dict[k.ClassInfo, set[str]] = {}
    for cls in rw.facts.classes:
        if is_module_class(cls, rw.know):
            own = (set(cls.attrs) | set(cls.methods)) & RESERVED
            if own:
                clashing[cls] = own
                for name in own & set(cls.methods):
                    node = cls.methods[name].node
                    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                        rw.plans.add(node, RenameDef(rw.attribute_name(name)))
    if not clashing:
        return
    for node, kind in rw.facts.attributes.items():
        kind = k.settle(kind)
        if not isinstance(kind, k.Module):
            continue
        for cls in kind.classes:
            if isinstance(cls, k.ClassInfo) and any(node.attr in clashing.get(c, ()) for c in cls.mro()):
                rw.plans.exprs[node] = Template("{o}." + rw.attribute_name(node.attr), {"o": node.value})
                break
