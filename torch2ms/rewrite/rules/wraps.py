"""Takes `@functools.wraps(torch.nn.Module.to)` off a function where what it names has no counterpart with a name.

The decorator only copies the name and the documentation of torch's function; the function does the same without it.
"""

from __future__ import annotations

import ast

from torch2ms.model import Outcome
from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.plan import Template
from torch2ms.source import kinds as k

_WRAPS = "functools.wraps"


def _finish(ctx: FileContext) -> None:
    """Look at every call of `wraps` that decorates a function."""
    for use in ctx.sites():
        plan = ctx.plan(use.node)
        is_nameless = isinstance(plan, Template) and plan.text.startswith("lambda")
        call = ctx.parents.of(use.node) if is_nameless or ctx.outcome(use) is Outcome.MANUAL else None
        if isinstance(call, ast.Call) and call.args == [use.node] and not call.keywords:
            _take_off(ctx, use, call)


def _take_off(ctx: FileContext, use: Use, call: ast.Call) -> None:
    callee = k.settle(ctx.facts.calls.get(call, k.UNKNOWN))
    owner = ctx.parents.of(call)
    if not isinstance(callee, k.Ref) or callee.name != _WRAPS:
        return
    if isinstance(owner, ast.FunctionDef | ast.AsyncFunctionDef) and call in owner.decorator_list:
        ctx.drop_decorator(owner, owner.decorator_list.index(call))
        ctx.adapted(use, "", "the name and the documentation of torch's function are not copied")


RULE = Rule(finish=_finish)
