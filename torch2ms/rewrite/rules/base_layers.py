"""Converts what a class derived from a torch layer passes to `super().__init__(…)`, as if the layer itself were called.

In `class Conv(nn.Conv2d)` MindSpore's layer gets the arguments under its own names, so they are bound by the layer's
row. Where MindSpore's class takes other arguments and only a helper has torch's, the helper becomes the base; so it
does where the class reads an attribute that only the helper keeps (`self.padding`). A class that has no `__init__` of
its own is built with torch's arguments by its callers, in this file and in others.

`nn.Linear.__init__(self, …)` is the same with the base by its name, and `nn.Linear.forward(self, x)` becomes
`nn.Dense.construct(self, x)`.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace

from torch2ms.mapping.schema import Row
from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.plan import ArgEdit, CallEdit
from torch2ms.rewrite.rows.calls import Planned
from torch2ms.source import kinds as k

_PLAIN = frozenset({"torch.nn.Module", "torch.nn.Sequential", "torch.nn.ModuleList", "torch.nn.ModuleDict"})
_METHODS = {"__init__": "__init__", "forward": "construct", "train": "set_train"}
"""Methods that a class may call by the name of its base, and what MindSpore calls them."""

_ATTENTION = "torch.nn.MultiheadAttention"
_QUERY_KEY_VALUE = "calling MindSpore's MultiheadAttention takes a query, a key and a value, also in a derived class"

_COUNTER = "num_batches_tracked"
_COUNTING = {f"torch.nn.BatchNorm{n}d": f"counting_batch_norm{n}d" for n in (1, 2)}
"""Batch norms that keep the number of their batches, for classes that ask for it."""


@dataclass(frozen=True, slots=True, eq=False)
class _Init:
    """A call that reaches the `__init__` of the base. `bound` is the call without `self`, where that is passed."""

    call: ast.Call
    bound: ast.Call
    use: Use | None = None


def _start(ctx: FileContext) -> None:
    """Convert the arguments that reach a torch layer through a class derived from it."""
    bases = {use.node: use for use in ctx.sites() if use.receiver is None}
    inits = _inits(ctx)
    for cls in ctx.facts.classes:
        base = next((use for node in cls.node.bases if (use := bases.get(node)) is not None), None)
        if base is None or not ctx.know.is_layer(base.name):
            continue
        named = [use for use in ctx.sites() if _is_of_base(ctx, use, cls, base.name)]
        row = ctx.tables.rows.get(base.name)
        is_open = row is not None and base.name not in _PLAIN and ctx.decision(base.node) is None
        if is_open and base.name == _ATTENTION and not _takes_three(cls):
            ctx.manual(base, "T2M202", _QUERY_KEY_VALUE, "hold the layer as an attribute instead")
        elif row is not None and is_open and row.body.helper is not None:
            # What a call of the layer becomes, with torch's parameters.
            ctx.converted(base, ctx.derive_from_helper(cls, base.node, row.body.helper))
        elif row is not None and is_open and row.body.to is not None:
            calls = inits.get(cls, [])
            if "__init__" not in cls.methods:
                calls = [_Init(call, call) for call, kind in ctx.facts.calls.items() if _builds(kind, cls)]
            _convert(ctx, cls, base, row, [*calls, *map(_without_self, _of(named, "__init__"))])
        _call_methods(ctx, cls, row, named)


def _takes_three(cls: k.ClassInfo) -> bool:
    """Whether the forward of a class takes at least three inputs."""
    forward = cls.method("forward")
    return forward is None or len(forward.params) > 3


def _inits(ctx: FileContext) -> dict[k.ClassInfo, list[_Init]]:
    """The calls of `super().__init__` in each class."""
    found: dict[k.ClassInfo, list[_Init]] = {}
    for call in ctx.facts.calls:
        func = call.func
        if not isinstance(func, ast.Attribute) or func.attr != "__init__" or not isinstance(func.value, ast.Call):
            continue
        owner = ctx.facts.owners.get(ctx.stmt(call))
        is_super = isinstance(func.value.func, ast.Name) and func.value.func.id == "super"
        if is_super and owner is not None and owner.cls is not None:
            found.setdefault(owner.cls, []).append(_Init(call, call))
    return found


def _is_of_base(ctx: FileContext, use: Use, cls: k.ClassInfo, base: str) -> bool:
    """Whether a site is `Base.method(self, …)` in a class derived from that layer of torch."""
    layer, _, method = use.name.rpartition(".")
    if method not in _METHODS or use.call is None or use.receiver is not None or not use.call.args:
        return False
    owner = ctx.facts.owners.get(use.stmt)
    own, first = owner.node if owner is not None else None, use.call.args[0]
    if owner is None or owner.cls is not cls or not isinstance(own, ast.FunctionDef) or not own.args.args:
        return False
    return ctx.know.canonical(layer) == base and isinstance(first, ast.Name) and first.id == own.args.args[0].arg


def _of(uses: list[Use], method: str) -> list[Use]:
    return [use for use in uses if use.name.endswith(f".{method}")]


def _without_self(use: Use) -> _Init:
    assert use.call is not None
    return _Init(
        use.call, ast.copy_location(ast.Call(use.call.func, use.call.args[1:], use.call.keywords), use.call), use
    )


def _call_methods(ctx: FileContext, cls: k.ClassInfo, row: Row | None, uses: list[Use]) -> None:
    """`nn.Linear.forward(self, x)`; the `__init__` of a container, whose arguments stay."""
    helper = ctx.base_helper(cls)
    target = None if row is None else row.isinstance or row.body.to
    if helper is None and target is None:
        return
    name = helper.defines if helper is not None else ctx.spell(target or "")
    for use in uses:
        if ctx.decision(use.node) is None:
            method = _METHODS[use.name.rpartition(".")[2]]
            ctx.replace(use.node, f"{name}.{method}")
            ctx.converted(use, f"{target or name}.{method}")


def _builds(kind: k.Kind, cls: k.ClassInfo) -> bool:
    kind = k.settle(kind)
    return isinstance(kind, k.ClassRef) and kind.cls.method("__init__") is None and cls in kind.cls.mro()


def _convert(ctx: FileContext, cls: k.ClassInfo, base: Use, row: Row, calls: list[_Init]) -> None:
    planned = [ctx.calls.plan(init.bound, row, None) for init in calls]
    helper = row.value.helper if row.value is not None else None
    counting = _COUNTING.get(row.name)
    if counting is not None and _asks_for(ctx, cls, frozenset({_COUNTER})):
        ctx.converted(base, ctx.derive_from_helper(cls, base.node, counting))
        return
    same = [p for p in planned if isinstance(p, Planned) and p.target == row.body.to]
    edits = [p.plan for p in same if isinstance(p.plan, CallEdit)]
    takes_layer = "__init__" in cls.methods and not (helper is not None and _kept(ctx, cls, row, helper))
    if len(edits) == len(calls) and (takes_layer or helper is None):
        for init, plan, edit in zip(calls, planned, edits, strict=True):
            assert isinstance(plan, Planned)
            _edit(ctx, init, edit, plan.target)
            use = _use(ctx, init, base)
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
    for init, answer in zip(calls, planned, strict=True):
        use = _use(ctx, init, base)
        if isinstance(answer, Planned):
            message = "these arguments have no counterpart in the class derived from"
            ctx.manual(use, "T2M202", message, "hold the layer as an attribute instead")
        else:
            ctx.manual(use, answer.code, answer.message, answer.hint)


def _use(ctx: FileContext, init: _Init, base: Use) -> Use:
    return init.use or ctx.add_site(init.call.func, f"{base.name}.__init__", ctx.stmt(init.call), init.call)


def _edit(ctx: FileContext, init: _Init, edit: CallEdit, target: str) -> None:
    """The arguments as the layer's row has them; `self` stays before them."""
    if init.use is None:
        ctx.replace(init.call, replace(edit, func=None))
        return
    args = None if edit.args is None else (ArgEdit(init.call.args[0], None), *edit.args)
    ctx.replace(init.call, CallEdit(f"{ctx.spell(target)}.__init__", args))


def _kept(ctx: FileContext, cls: k.ClassInfo, row: Row, helper: str) -> bool:
    """Whether objects of a class are asked for an attribute that MindSpore's layer lacks and the helper keeps."""
    return _asks_for(
        ctx, cls, ctx.tables.helpers[helper].attributes & {attr for attr, name in row.attrs.items() if name is None}
    )


def _asks_for(ctx: FileContext, cls: k.ClassInfo, attributes: frozenset[str] | set[str]) -> bool:
    """Whether objects of a class are asked for one of these attributes."""
    for node, kind in ctx.facts.attributes.items():
        kind = k.settle(kind)
        if node.attr in attributes and isinstance(node.ctx, ast.Load) and isinstance(kind, k.Module):
            if any(isinstance(c, k.ClassInfo) and cls in c.mro() for c in kind.classes):
                return True
    return False


RULE = Rule(start=_start)
