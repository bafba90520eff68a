"""The buffers that the modules of a file register: a MindSpore Parameter among others, told from them by its name.

Not a rewrite of its own: the rules for buffers, parameters and changes in place ask.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from torch2ms.rewrite.context import FileContext
from torch2ms.rewrite.rules.shared.questions import argument, is_literal


def persistent_names(ctx: FileContext) -> frozenset[str]:
    """Names of the buffers of this file that become Parameters."""
    return frozenset(name for name, tensor, kept in _registered(ctx) if kept and not is_literal(tensor, None))


def plain_names(ctx: FileContext) -> frozenset[str]:
    """Names of the buffers of this file that become plain Tensor attributes: those that are not persistent."""
    return frozenset(name for name, _, kept in _registered(ctx) if not kept)


def _registered(ctx: FileContext) -> Iterator[tuple[str, ast.expr | None, bool]]:
    """The buffers the file registers under a literal name: the name, the tensor, whether it is persistent."""
    for use in ctx.sites():
        if use.name == "torch.nn.Module.register_buffer" and use.call is not None:
            name = argument(use.call, 0, "name")
            if isinstance(name, ast.Constant) and isinstance(name.value, str):
                kept = not is_literal(argument(use.call, 2, "persistent"), False)
                yield name.value, argument(use.call, 1, "tensor"), kept


def buffers_here(ctx: FileContext) -> tuple[str, ...]:
    """Names of what is a buffer of this file in torch and a Parameter in MindSpore."""
    return tuple(sorted(ctx.attribute_name(name) for name in persistent_names(ctx)))


def every_parameter(ctx: FileContext, helper: str, recurse: str = "") -> str:
    """A call of the helper `parameters` or `named_parameters`, which tell buffers by name."""
    names = buffers_here(ctx)
    extra = "".join(f", {text}" for text in (repr(names) if names else "", recurse) if text)
    return f"{ctx.helper(helper)}({{self}}{extra})"
