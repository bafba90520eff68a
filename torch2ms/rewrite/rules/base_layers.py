"""Converts what a class derived from a torch layer passes to `super().__init__(…)`, as if the layer itself were called.

In `class Conv(nn.Conv2d)` MindSpore's layer gets the arguments under its own names, so they are bound by the layer's
row. Where MindSpore's class takes other arguments and only a helper has torch's, the helper becomes the base; so it
does where the class reads an attribute that only the helper keeps (`self.padding`). A class that has no `__init__` of
its own is built with torch's arguments by its callers, in this file and in others.
"""

from __future__ import annotations

import ast
from dataclasses import replace

from torch2ms.mapping.schema import Row
from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.plan import CallEdit
from torch2ms.rewrite.rows.calls import Planned
from torch2ms.source import kinds as k

_PLAIN = frozenset({"torch.nn.Module", "torch.nn.Sequential", "torch.nn.ModuleList", "torch.nn.ModuleDict"})


def _start(ctx: FileContext) -> None:
    """Convert the arguments that reach a torch layer through a class derived from it."""
    bases = {use.node: use for use in ctx.sites() if use.receiver is None}
    inits = _inits(ctx)
    for cls in ctx.facts.classes:
        base = next((use for node in cls.node.bases if (use := bases.get(node)) is not None), None)
        row = None if base is None else ctx.tables.rows.get(base.name)
        if base is None or row is None or base.name in _PLAIN or not ctx.know.is_layer(base.name):
            continue
        if ctx.decision(base.node) is not None or row.body.to is None:
            continue
        calls = inits.get(cls, [])
        if "__init__" not in cls.methods:
            calls = [call for call, kind in ctx.facts.calls.items() if _builds(kind, cls)]
        _convert(ctx, cls, base, row, calls)


def _inits(ctx: FileContext) -> dict[k.ClassInfo, list[ast.Call]]:
    """The calls of `super().__init__` in each class."""
    found: dict[k.ClassInfo, list[ast.Call]] = {}
    for call in ctx.facts.calls:
        func = call.func
        if not isinstance(func, ast.Attribute) or func.attr != "__init__" or not isinstance(func.value, ast.Call):
            continue
        owner = ctx.facts.owners.get(ctx.stmt(call))
        is_super = isinstance(func.value.func, ast.Name) and func.value.func.id == "super"
        if is_super and owner is not None and owner.cls is not None:
            found.setdefault(owner.cls, []).append(call)
    return found


def _builds(kind: k.Kind, cls: k.ClassInfo) -> bool:
    kind = k.settle(kind)
    return isinstance(kind, k.ClassRef) and kind.cls.method("__init__") is None and cls in kind.cls.mro()


def _convert(ctx: FileContext, cls: k.ClassInfo, base: Use, row: Row, calls: list[ast.Call]) -> None:
    planned = [ctx.calls.plan(call, row, None) for call in calls]
    helper = row.value.helper if row.value is not None else None
    same = [p for p in planned if isinstance(p, Planned) and p.target == row.body.to]
    edits = [p.plan for p in same if isinstance(p.plan, CallEdit)]
    takes_layer = "__init__" in cls.methods and not (helper is not None and _kept(ctx, cls, row, helper))
    if len(edits) == len(calls) and (takes_layer or helper is None):
        for call, plan, edit in zip(calls, planned, edits, strict=True):
            assert isinstance(plan, Planned)
            ctx.replace(call, replace(edit, func=None))
            use = ctx.add_site(call.func, f"{base.name}.__init__", ctx.stmt(call), call)
            notes = "; ".join(filter(None, (plan.body.note, *plan.notes)))
            if plan.body.check:
                ctx.check(use, plan.target, plan.body.check, plan.body.code or "T2M301", plan.body.hint or "")
            elif notes:
                ctx.adapted(use, plan.target, notes)
            else:
                ctx.converted(use, plan.target)
        return
    if helper is not None:
        ctx.converted(base, ctx.derive_from_helper(cls, base.node, helper))
        return
    for call, answer in zip(calls, planned, strict=True):
        use = ctx.add_site(call.func, f"{base.name}.__init__", ctx.stmt(call), call)
        if isinstance(answer, Planned):
            message = "these arguments have no counterpart in the class derived from"
            ctx.manual(use, "T2M202", message, "hold the layer as an attribute instead")
        else:
            ctx.manual(use, answer.code, answer.message, answer.hint)


def _kept(ctx: FileContext, cls: k.ClassInfo, row: Row, helper: str) -> bool:
    """Whether objects of a class are asked for an attribute that MindSpore's layer lacks and the helper keeps."""
    kept = ctx.tables.helpers[helper].attributes & {attr for attr, name in row.attrs.items() if name is None}
    for node, kind in ctx.facts.attributes.items():
        kind = k.settle(kind)
        if node.attr in kept and isinstance(node.ctx, ast.Load) and isinstance(kind, k.Module):
            if any(isinstance(c, k.ClassInfo) and cls in c.mro() for c in kind.classes):
                return True
    return False


RULE = Rule(start=_start)
