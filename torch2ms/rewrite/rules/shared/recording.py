"""The switches of gradient recording: `torch.no_grad()` and its kin.

Not a rewrite of its own: the no_grad rule and the training step ask.
"""

from __future__ import annotations

import ast
from enum import Enum

from torch2ms.rewrite.context import FileContext

SWITCHES = ("torch.no_grad", "torch.inference_mode", "torch.enable_grad", "torch.set_grad_enabled")


class Recording(Enum):
    """Whether operations are recorded for the gradient under a switch."""

    ON = "on"
    OFF = "off"
    OPEN = "known only when the program runs"


def recording(name: str, call: ast.Call | None) -> Recording:
    """What a switch, by its canonical name and its call, says. Written without a call it is a decorator."""
    if name == "torch.enable_grad":
        return Recording.ON
    given = [] if call is None else [*call.args, *(keyword.value for keyword in call.keywords)]
    match given:
        case []:
            return Recording.OFF
        case [ast.Constant(value=value)]:
            return Recording.ON if bool(value) == (name == "torch.set_grad_enabled") else Recording.OFF
    return Recording.OPEN


def switch_call(ctx: FileContext, call: ast.expr) -> str:
    """The canonical name of the switch that an expression calls, empty when it is none."""
    name = ctx.know.canonical(ctx.facts.refs.get(call.func, "")) if isinstance(call, ast.Call) else ""
    return name if name in SWITCHES else ""


def recording_in(ctx: FileContext, stmt: ast.AST) -> Recording | None:
    """What a `with` statement says about the statements in it; None when it has no switch, or is no `with`."""
    if not isinstance(stmt, (ast.With, ast.AsyncWith)):
        return None
    found: Recording | None = None
    for item in stmt.items:
        call = item.context_expr
        if isinstance(call, ast.Call):
            name = switch_call(ctx, call)
            if name:
                found = recording(name, call)
        elif isinstance(call, ast.IfExp) and any(switch_call(ctx, part) for part in (call.body, call.orelse)):
            found = Recording.OPEN
    return found


def may_be_recorded(ctx: FileContext, node: ast.AST) -> bool:
    """Whether neither an expression or function nor what is around it says that no gradient is taken there."""
    above: ast.AST | None = node
    while above is not None:
        if recording_in(ctx, above) is Recording.OFF:
            return False
        if isinstance(above, ast.FunctionDef) and any(_switches_off(ctx, part) for part in above.decorator_list):
            return False
        above = ctx.parents.of(above)
    return True


def _switches_off(ctx: FileContext, decorator: ast.expr) -> bool:
    call = decorator if isinstance(decorator, ast.Call) else None
    name = ctx.know.canonical(ctx.facts.refs.get(decorator if call is None else call.func, ""))
    return name in SWITCHES and recording(name, call) is Recording.OFF
