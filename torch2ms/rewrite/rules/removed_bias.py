"""Takes the bias from a layer that was made with one, `fc.bias = None`: MindSpore's layers ask `has_bias` about it.

`fc.register_parameter("bias", None)` is the same. Normalisation layers always add theirs, and are reported.
"""

from __future__ import annotations

import ast

from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.rows.conditions import simple
from torch2ms.rewrite.rules.shared.questions import argument, is_literal, is_whole_statement
from torch2ms.source import kinds as k

_REGISTER = "torch.nn.Module.register_parameter"
_STAYS = "this layer of MindSpore's always adds its bias"
_HINT = "make it without one, or fill its bias with zeros and freeze it"


def _start(ctx: FileContext) -> None:
    """Look for what sets the bias of a layer to None."""
    for node, kind in ctx.facts.attributes.items():
        if node.attr == "bias" and isinstance(node.ctx, ast.Store):
            stmt, layers = ctx.stmt(node), _layers(ctx, kind)
            if layers and isinstance(stmt, ast.Assign) and stmt.targets == [node] and is_literal(stmt.value, None):
                use = ctx.site(node) or ctx.add_site(node, f"{sorted(layers)[0]}.bias", stmt)
                _take(ctx, use, node.value, layers)
    for use in [use for use in ctx.sites() if use.name == _REGISTER]:
        layers, call = _layers(ctx, use.receiver_kind), use.call
        if layers and call is not None and use.receiver is not None and is_whole_statement(use):
            name = argument(call, 0, "name")
            is_bias = isinstance(name, ast.Constant) and name.value == "bias"
            if is_bias and is_literal(argument(call, 1, "param"), None):
                _take(ctx, use, use.receiver, layers)


def _take(ctx: FileContext, use: Use, layer: ast.expr, layers: set[str]) -> bool:
    if not simple(layer) or not all(_may_go_without(ctx, name) for name in layers):
        return ctx.manual(use, "T2M305", _STAYS, _HINT)
    ctx.replace_stmt(use.stmt, "{layer}.bias = None\n{layer}.has_bias = False", {"layer": layer})
    return ctx.converted(use, "has_bias")


def _layers(ctx: FileContext, kind: k.Kind) -> set[str]:
    """The layers of torch that a value may be, or that its class derives from."""
    kind = k.settle(kind)
    if not isinstance(kind, k.Module):
        return set()
    bases = (base for cls in kind.classes for base in ((cls,) if isinstance(cls, str) else cls.torch_bases))
    return {name for base in bases if _has_bias(ctx, name := ctx.know.canonical(base))}


def _has_bias(ctx: FileContext, layer: str) -> bool:
    """Whether a layer of torch's has a bias: what else a container holds is not meant."""
    row = ctx.tables.rows.get(layer)
    return row is not None and ("bias" in row.params or _may_go_without(ctx, layer))


def _may_go_without(ctx: FileContext, layer: str) -> bool:
    row = ctx.tables.rows.get(layer)
    fields = "" if row is None else ctx.tables.mindspore_fields.get(row.body.to or "", "")
    return {"bias", "has_bias"} <= set(fields.split())


RULE = Rule(start=_start)
