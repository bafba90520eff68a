"""Broadcasts the two operands of functions that do so in torch, and in MindSpore do not.

`torch.complex`, `torch.polar` and `torch.copysign` of two shapes raise in MindSpore, and `torch.cross` reads beyond the
smaller operand. Unless both are evidently of one shape (`torch.ones_like(x)` and `x`, functions of the elements of the
same value, slices of it), they are broadcast first.
"""

from __future__ import annotations

import ast

from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.rules.shared.questions import argument, has_stars
from torch2ms.source import kinds as k

_TARGETS = {
    "torch.complex": ("real", "imag", "ops.Complex()({both})"),
    "torch.polar": ("abs", "angle", "ops.polar({both})"),
    "torch.copysign": ("input", "other", "ops.copysign({both})"),
    "torch.Tensor.copysign": ("input", "other", "ops.copysign({both})"),
    "torch.cross": ("input", "other", "ops.cross({both}, {dim})"),
    "torch.Tensor.cross": ("input", "other", "ops.cross({both}, {dim})"),
    "torch.linalg.cross": ("input", "other", "ops.cross({both}, {dim})"),
}
"""The names of both operands, and what the call becomes."""
_ELEMENTWISE = frozenset(
    """
    zeros_like ones_like rand_like randn_like full_like empty_like cos sin tan exp log sqrt abs angle neg square sigmoid
    tanh relu float double half to clone detach contiguous real imag
    """.split()
)
_OF_SIZES = frozenset(f"torch.{name}" for name in ("zeros", "ones", "rand", "randn"))
_FOLLOWED = 4
"""How many names are followed to what they were assigned, to see of which shape a part is."""


def _operands(ctx: FileContext, use: Use) -> bool:
    """`torch.complex(real, imag)`, `x.cross(y, -1)`."""
    call = use.call
    if call is None or has_stars(call):
        return False
    name, other, text = _TARGETS[use.name]
    shift = use.receiver is None
    first = argument(call, 0, name) if shift else use.receiver
    second, dim = argument(call, shift, other), argument(call, 1 + shift, "dim")
    expected = 1 + shift + (dim is not None)
    if first is None or second is None or len(call.args) + len(call.keywords) != expected:
        return False
    if _is_number(ctx, second) or _shape(ctx, first) == _shape(ctx, second):
        return False
    if dim is None and "{dim}" in text:
        if use.name != "torch.linalg.cross":
            return False
        dim = ast.Constant(-1)
    both = f"*{ctx.helper('broadcast_tensors')}({{first}}, {{second}})"
    values = {"first": first, "second": second, **({} if dim is None else {"dim": dim})}
    ctx.replace(call, text.replace("{both}", both), values)
    return ctx.converted(use, text.partition("(")[0])


def _shape(ctx: FileContext, node: ast.expr, followed: int = _FOLLOWED) -> str:
    """A text that is the same for expressions that are evidently of one shape."""

    def again(part: ast.expr) -> str:
        return _shape(ctx, part, followed)

    match node:
        case ast.UnaryOp(operand=operand):
            return again(operand)
        case ast.BinOp(left=left, right=right):
            sides = [side for side in (left, right) if not _is_number(ctx, side)]
            return " ".join(sorted({again(side) for side in sides}))
        case ast.Attribute(value=value, attr="real" | "imag"):
            return again(value)
        case ast.Subscript(value=value, slice=index):
            indices = index.elts if isinstance(index, ast.Tuple) else [index]
            texts = [
                "" if isinstance(part, ast.Constant) and isinstance(part.value, int) else ast.unparse(part)
                for part in indices
            ]
            return f"{again(value)}[{', '.join(texts)}]"
        case ast.Name():
            found = ctx.dtypes.only_value(node) if followed else None
            return node.id if found is None else _shape(ctx, found, followed - 1)
        case ast.Call(func=func, args=args):
            name = ctx.know.canonical(ctx.facts.refs.get(func, ""))
            if name in _OF_SIZES:
                sizes = args[0].elts if len(args) == 1 and isinstance(args[0], ast.Tuple | ast.List) else args
                return f"({', '.join(map(ast.unparse, sizes))})"
            if name == "torch.arange" and len(args) == 1 and isinstance(args[0], ast.Constant):
                return f"({args[0].value:g})" if isinstance(args[0].value, int | float) else ast.unparse(node)
            if isinstance(func, ast.Attribute) and func.attr in _ELEMENTWISE:
                if not name:
                    return again(func.value)
                if name.startswith("torch.") and args:
                    return again(args[0])
    return ast.unparse(node)


def _is_number(ctx: FileContext, node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) or ctx.kind(node) in k.NUMBERS


RULE = Rule(sites=dict.fromkeys(_TARGETS, _operands))
