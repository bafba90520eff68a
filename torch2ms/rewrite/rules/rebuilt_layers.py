"""Rebuilds a layer's operator where `conv.dilation` or such is set: MindSpore reads it when it builds the layer."""

from __future__ import annotations

import ast

from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use
from torch2ms.source import kinds as k

_SETTERS = {"torch.nn.Conv2d": "set_conv2d", "torch.nn.MaxPool2d": "set_max_pool2d"}


def _set(ctx: FileContext, use: Use) -> bool:
    """The only target of an assignment, on a layer known to be of this class."""
    node, stmt, kind = use.node, use.stmt, use.receiver_kind
    if not isinstance(node, ast.Attribute) or not isinstance(stmt, ast.Assign) or stmt.targets != [node]:
        return False
    layer = use.name.rpartition(".")[0]
    if not isinstance(kind, k.Module) or kind.classes != (layer,):
        return False
    helper = ctx.helper(_SETTERS[layer])
    ctx.replace_stmt(stmt, f"{helper}({{layer}}, {node.attr}={{value}})", {"layer": node.value, "value": stmt.value})
    return ctx.converted(use, helper)


RULE = Rule(
    sites={
        "torch.nn.Conv2d.stride": _set,
        "torch.nn.Conv2d.padding": _set,
        "torch.nn.Conv2d.dilation": _set,
        "torch.nn.MaxPool2d.padding": _set,
    }
)
