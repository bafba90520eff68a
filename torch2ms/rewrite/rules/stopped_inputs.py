"""Stops the gradient before functions that have none, because MindSpore raises where one is taken of their input.

torch's `isclose`, `multinomial` or `logical_xor` give what no gradient goes through, be it in a forward. MindSpore's
raise as soon as the gradient of a function is taken that calls them: `ops.isclose(ops.stop_gradient(x), …)`. Where
nothing is recorded (`torch.no_grad()`), and outside of functions, they stay.
"""

from __future__ import annotations

import ast

from torch2ms.model import Outcome
from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.rules.shared.questions import argument, has_stars, input_of
from torch2ms.rewrite.rules.shared.recording import may_be_recorded

_OF_ONE = ("multinomial", "histc")
_OF_TWO = ("isclose", "logical_xor", "gcd", "lcm")
_NAMES = {f"torch.{space}{name}": name in _OF_TWO for space in ("", "Tensor.") for name in (*_OF_ONE, *_OF_TWO)}


def _finish(ctx: FileContext) -> None:
    """Look at the calls of these functions."""
    for use in ctx.sites():
        if use.name not in _NAMES or use.call is None or has_stars(use.call) or ctx.facts.owners.get(use.stmt) is None:
            continue
        if ctx.outcome(use) not in (Outcome.CONVERTED, Outcome.ADAPTED) or not may_be_recorded(ctx, use.call):
            continue
        given = [input_of(use)]
        if _NAMES[use.name]:
            given.append(argument(use.call, 0 if use.receiver is not None else 1, "other"))
        for node in given:
            if node is not None and not isinstance(node, ast.Constant) and ctx.has_place(node, use.stmt):
                ctx.surround(node, "ops.stop_gradient({value})")


RULE = Rule(finish=_finish)
