"""Unpacks the sequence of tensors that `torch.meshgrid` may be given as one argument: `ops.meshgrid` takes no such.

A single tensor, and several ones, are left to the tables.
"""

from __future__ import annotations

import ast

from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.rules.shared.questions import has_stars
from torch2ms.source import kinds as k


def _rule(ctx: FileContext, use: Use) -> bool:
    call = use.call
    if call is None or has_stars(call) or len(call.args) != 1 or any(kw.arg != "indexing" for kw in call.keywords):
        return False
    tensors = call.args[0]
    if k.is_tensor(ctx.kind(tensors)):
        return False
    parts = tensors.elts if isinstance(tensors, ast.Tuple | ast.List) else [tensors]
    star = "" if isinstance(tensors, ast.Tuple | ast.List) else "*"
    values: dict[str, ast.expr] = {f"x{number}": part for number, part in enumerate(parts)}
    text = ", ".join(f"{star}{{{name}}}" for name in values)
    indexing = "'ij'"
    if call.keywords:
        values["indexing"] = call.keywords[0].value
        indexing = "{indexing}"
    ctx.replace(call, f"ops.meshgrid({text}, indexing={indexing})", values)
    return ctx.converted(use, "mindspore.ops.meshgrid")


RULE = Rule(sites={"torch.meshgrid": _rule})
