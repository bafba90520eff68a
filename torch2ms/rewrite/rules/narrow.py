"""Writes `narrow` as a slice where it begins at the end or takes nothing, because MindSpore's refuses both.

`x.narrow(1, -2, 2)` counts from the end, and `x.narrow(0, 1, 0)` is empty; MindSpore raises. With a start and a length
that are written out they become `x[:, -2:]` and `ops.stop_gradient(x)[:0]`, of which MindSpore has no gradient. Another
start below 0 is reported.
"""

from __future__ import annotations

import ast

from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.rules.shared.questions import argument, has_stars

_BEFORE = {0: "", 1: ":, ", 2: ":, :, ", -1: "..., "}
_MESSAGE = "MindSpore's narrow takes neither a start from the end nor a length of 0"


def _narrow(ctx: FileContext, use: Use) -> bool:
    call = use.call
    if call is None or has_stars(call):
        return False
    shift = use.receiver is None
    value = argument(call, 0, "input") if shift else use.receiver
    dim, start, length = (argument(call, at + shift, name) for at, name in enumerate(("dim", "start", "length")))
    if value is None or dim is None or start is None or length is None:
        return False
    first, count, axis = (_number(node) for node in (start, length, dim))
    if count != 0 and not (isinstance(start, ast.UnaryOp) and isinstance(start.op, ast.USub)):
        return False
    if first is None or count is None or axis not in _BEFORE:
        return ctx.manual(use, "T2M201", _MESSAGE, "write a slice: x[:, start:]")
    if count == 0:
        ctx.replace(call, f"ops.stop_gradient({{x}})[{_BEFORE[axis]}:0]", {"x": value})
        return ctx.converted(use, "mindspore.Tensor.__getitem__")
    end = "" if first + count == 0 and first < 0 else str(first + count)
    ctx.replace(call, f"{{x}}[{_BEFORE[axis]}{first}:{end}]", {"x": value})
    return ctx.converted(use, "mindspore.Tensor.__getitem__")


def _number(node: ast.expr) -> int | None:
    """A number that is written there."""
    match node:
        case ast.Constant(value=int(value)):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(value))):
            return -value
    return None


RULE = Rule(sites=dict.fromkeys(("torch.narrow", "torch.Tensor.narrow"), _narrow))
