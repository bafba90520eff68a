"""Puts a helper around layers that wait for their first input, because MindSpore has none.

`nn.LazyConv2d(8, 3)` becomes `lazy(lambda channels: nn.Conv2d(channels, 8, 3, …))`, the layer as its own row has it.
The sizes are known after the first call, which has to come before an optimizer is made, as it does in torch.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping

from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.plan import ArgEdit, CallEdit, Template
from torch2ms.rewrite.rows.calls import Planned
from torch2ms.rewrite.rules.shared.questions import argument, has_stars, is_literal

_KINDS = ("Conv", "ConvTranspose", "BatchNorm", "InstanceNorm")
_LAYERS = ("Linear", *(f"{kind}{n}d" for kind in _KINDS for n in (1, 2, 3)))
_DEFAULTS = {"InstanceNorm": ((2, "affine"), (3, "track_running_stats"))}
"""What a layer that waits does if not told, and its like does not."""

_NOTE = "the first call, which tells the sizes, has to be in PyNative mode and before an optimizer is made"


def _lazy(ctx: FileContext, use: Use) -> bool:
    layer = use.name.rpartition(".Lazy")[2]
    row = ctx.tables.rows[f"torch.nn.{layer}"]
    call = use.call
    if call is None:
        message = "a layer that waits for its first input is made by a helper, and is no class"
        return ctx.manual(use, "T2M206", message, "write a function that makes the layer")
    if has_stars(call):
        return ctx.manual(use, "T2M203", "the arguments cannot be seen here")
    channels = ast.copy_location(ast.Name("channels", ast.Load()), call)
    added = [
        ast.keyword(name, ast.copy_location(ast.Constant(True), call))
        for position, name in _DEFAULTS.get(layer[:-2], ())
        if argument(call, position, name) is None
    ]
    bound = ast.copy_location(ast.Call(call.func, [channels, *call.args], [*call.keywords, *added]), call)
    planned = ctx.calls.plan(bound, row, None)
    if not isinstance(planned, Planned):
        return ctx.manual(use, planned.code, planned.message, planned.hint)
    if not isinstance(planned.plan, CallEdit) or planned.plan.args is None or planned.body.check:
        return ctx.manual(use, "T2M201", "MindSpore has no layer that waits for its input's shape", "write its sizes")
    if any(isinstance(node, ast.Name) and node.id == "channels" for node in ast.walk(call)):
        return ctx.manual(use, "T2M203", "the name channels means something else here", "call it something else")
    for name in planned.helpers:
        ctx.helper(name)
    new: dict[ast.AST, str] = {channels: "channels", **dict.fromkeys(added, "True")}
    args = tuple(_argument(edit, new) for edit in planned.plan.args)
    ctx.replace(call, CallEdit(planned.plan.func, args))
    options = ", axis=-1" if layer == "Linear" else ""
    groups = argument(call, 5, "groups") if layer.startswith("Conv") else None
    if groups is not None and not is_literal(groups, 1):
        options += f", count={ctx.text(groups)}"
    ctx.surround(call, f"{ctx.helper('lazy')}(lambda channels: {{value}}{options})")
    return ctx.adapted(use, planned.target, "; ".join((_NOTE, *planned.notes)))


def _argument(edit: ArgEdit, new: Mapping[ast.AST, str]) -> ArgEdit:
    """The argument that no call of the source has is one of the text."""
    text = None if edit.source is None else new.get(edit.source)
    return edit if text is None else ArgEdit(None, edit.keyword, Template(text))


RULE = Rule(sites={f"torch.nn.Lazy{layer}": _lazy for layer in _LAYERS})
