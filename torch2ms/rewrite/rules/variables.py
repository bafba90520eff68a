"""Stops the gradient where a module wraps a tensor in a `Variable`, because torch's `Variable(x)` does.

`Variable(x)` is a tensor of the same values that no gradient goes through. In a method of a module it becomes
`ops.stop_gradient(x)`, unless `x` is made there (`Variable(torch.zeros(2, 3))`). Elsewhere, in the loops of training
that wrap the batches, it is `x`.
"""

from __future__ import annotations

import ast

from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.rules.shared.questions import argument, has_stars, is_literal
from torch2ms.source import kinds as k
from torch2ms.source.facts import is_module_class

_MAKING = frozenset(
    """
    zeros ones rand randn randint randperm full empty eye arange linspace tensor as_tensor from_numpy new_zeros new_ones
    new_full new_empty new_tensor new zeros_like ones_like rand_like randn_like full_like empty_like
    """.split()
)
_MOVING = frozenset("to cuda cpu float double half long int bool type type_as contiguous".split())


def _variable(ctx: FileContext, use: Use) -> bool:
    """`Variable(x)` that is called."""
    call = use.call
    function = ctx.facts.owners.get(use.stmt)
    if call is None or has_stars(call) or function is None or function.cls is None:
        return False
    data, asked = argument(call, 0, "data"), argument(call, 1, "requires_grad")
    if data is None or not (asked is None or is_literal(asked, False)) or not is_module_class(function.cls, ctx.know):
        return False
    if _is_made(ctx, data):
        return False
    ctx.replace(call, "ops.stop_gradient({x})", {"x": data})
    return ctx.converted(use, "mindspore.ops.stop_gradient")


def _is_made(ctx: FileContext, node: ast.expr) -> bool:
    """Whether a value is a new tensor, also moved or filled, or one that is detached."""
    if isinstance(node, ast.Name):
        found = ctx.dtypes.only_value(node)
        return found is not None and not isinstance(found, ast.Name) and _is_made(ctx, found)
    if isinstance(node, ast.Attribute) and node.attr == "data":
        return True
    if not isinstance(node, ast.Call):
        return False
    name = ctx.know.canonical(ctx.facts.refs.get(node.func, ""))
    last = name.rpartition(".")[2] if name else node.func.attr if isinstance(node.func, ast.Attribute) else ""
    if last in _MAKING or last == "detach" or (name.startswith("torch.") and name.endswith("Tensor")):
        return True
    if not isinstance(node.func, ast.Attribute) or not (last in _MOVING or last.endswith("_")):
        return False
    return k.is_tensor(ctx.kind(node.func.value)) and _is_made(ctx, node.func.value)


RULE = Rule(sites={"torch.autograd.Variable": _variable})
