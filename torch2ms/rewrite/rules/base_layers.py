"""`class Conv(nn.Conv2d)`: what `super().__init__(…)` passes is bound like a call of the layer itself.

Where MindSpore's class takes other arguments and only a helper has torch's, the helper becomes the base; so it does
where the class reads an attribute that only the helper keeps (`self.padding`). A class that has no `__init__` of its
own is built with torch's arguments by its callers, in this file and in others.
"""

from __future__ import annotations

import ast
from dataclasses import replace

from torch2ms.mapping.schema import Row
from torch2ms.rewrite.context import Rewriter, Use
from torch2ms.rewrite.plan import CallEdit, Template
from torch2ms.rewrite.rows.calls import Planned
from torch2ms.source import kinds as k

_PLAIN = frozenset({"torch.nn.Module", "torch.nn.Sequential", "torch.nn.ModuleList", "torch.nn.ModuleDict"})


def rewrite(rw: Rewriter) -> None:
    """Convert the arguments that reach a torch layer through a class derived from it."""
    bases = {use.node: use for use in rw.uses if use.receiver is None}
    inits = _inits(rw)
    for cls in rw.facts.classes:
        base = next((use for node in cls.node.bases if (use := bases.get(node)) is not None), None)
        row = None if base is None else rw.tables.rows.get(base.name)
        if base is None or row is None or base.name in _PLAIN or not rw.know.is_layer(base.name):
            continue
        if base.node in rw.decisions or row.body.to is None:
            continue
        calls = inits.get(cls, [])
        if "__init__" not in cls.methods:
            calls = [call for call, kind in rw.facts.calls.items() if _builds(kind, cls)]
        _convert(rw, cls, base, row, calls)


def _inits(rw: Rewriter) -> dict[k.ClassInfo, list[ast.Call]]:
    """The calls of `super().__init__` in each class."""
    found: dict[k.ClassInfo, list[ast.Call]] = {}
    for call in rw.facts.calls:
        func = call.func
        if not isinstance(func, ast.Attribute) or func.attr != "__init__" or not isinstance(func.value, ast.Call):
            continue
        owner = rw.facts.owners.get(rw.stmt(call))
        is_super = isinstance(func.value.func, ast.Name) and func.value.func.id == "super"
        if is_super and owner is not None and owner.cls is not None:
            found.setdefault(owner.cls, []).append(call)
    return found


def _builds(kind: k.Kind, cls: k.ClassInfo) -> bool:
    kind = k.settle(kind)
    return isinstance(kind, k.ClassRef) and kind.cls.method("__init__") is None and cls in kind.cls.mro()


def _convert(rw: Rewriter, cls: k.ClassInfo, base: Use, row: Row, calls: list[ast.Call]) -> None:
    planned = [rw.calls.plan(call, row, None) for call in calls]
    helper = row.value.helper if row.value is not None else None
    same = [p for p in planned if isinstance(p, Planned) and p.target == row.body.to]
    edits = [p.plan for p in same if isinstance(p.plan, CallEdit)]
    takes_layer = "__init__" in cls.methods and not (helper is not None and _kept(rw, cls, row, helper))
    if len(edits) == len(calls) and (takes_layer or helper is None):
        for call, plan, edit in zip(calls, planned, edits, strict=True):
            assert isinstance(plan, Planned)
            rw.plans.exprs[call] = replace(edit, func=None)
            use = Use(call.func, f"{base.name}.__init__", rw.stmt(call), call)
            rw.uses.append(use)
            notes = "; ".join(filter(None, (plan.body.note, *plan.notes)))
            if plan.body.check:
                rw.check(use, plan.target, plan.body.check, plan.body.code or "T2M301", plan.body.hint or "")
            elif notes:
                rw.adapted(use, plan.target, notes)
            else:
                rw.converted(use, plan.target)
        return
    if helper is not None:
        rw.plans.exprs[base.node] = Template(rw.helper(helper))
        rw.base_helpers[cls] = rw.tables.helpers[helper]
        rw.converted(base, rw.tables.helpers[helper].defines)
        return
    for call, answer in zip(calls, planned, strict=True):
        use = Use(call.func, f"{base.name}.__init__", rw.stmt(call), call)
        rw.uses.append(use)
        if isinstance(answer, Planned):
            message = "these arguments have no counterpart in the class derived from"
            rw.manual(use, "T2M202", message, "hold the layer as an attribute instead")
        else:
            rw.manual(use, answer.code, answer.message, answer.hint)


def _kept(rw: Rewriter, cls: k.ClassInfo, row: Row, helper: str) -> bool:
    """Whether objects of a class are asked for an attribute that MindSpore's layer lacks and the helper keeps."""
    kept = rw.tables.helpers[helper].attributes & {attr for attr, name in row.attrs.items() if name is None}
    for node, kind in rw.facts.attributes.items():
        kind = k.settle(kind)
        if node.attr in kept and isinstance(node.ctx, ast.Load) and isinstance(kind, k.Module):
            if any(isinstance(c, k.ClassInfo) and cls in c.mro() for c in kind.classes):
                return True
    return False
