"""Multiplies and divides complex tensors by their parts, because MindSpore has no gradient of `x * y` for them.

Rotary embeddings (`torch.view_as_complex(x) * freqs_cis`) and Fourier layers do so. Forward, `x * y` is right; its
gradient raises, and that of `x / y` is wrong. A value is complex where a function made it so: `view_as_complex`,
`polar`, `complex`, those of `torch.fft`, or a factor such as `1j`; what names and attributes hold of it, what callers
pass, and what functions give of it that keep it complex. Products with a real number stay. The square of a name is a
product; of other powers, and of functions such as `mean`, complex tensors have no gradient: they are reported.
"""

from __future__ import annotations

import ast
import re

from torch2ms.model import Outcome
from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.plan import Value
from torch2ms.source import kinds as k

_MAKERS = frozenset(
    ["torch.view_as_complex", "torch.polar", "torch.complex"]
    + [f"torch.fft.{name}" for name in ("fft", "ifft", "rfft", "fft2", "ifft2", "rfft2", "fftn", "ifftn", "rfftn")]
)
_HELPERS: dict[type[ast.operator], str] = {ast.Mult: "complex_mul", ast.Div: "complex_div"}
_NO_GRADIENT = frozenset(("pow", "square", "mean", "outer", "einsum"))
_HINT = "where a gradient goes through it, compute it by products, or by the real and imaginary parts"
_LITERAL = re.compile(r"\dj\b")
_CALLS = {"mul": "complex_mul", "multiply": "complex_mul", "div": "complex_div", "divide": "complex_div"}


def _finish(ctx: FileContext) -> None:
    made = any(ctx.know.canonical(name) in _MAKERS for name in ctx.facts.refs.values())
    if not made and not _LITERAL.search(ctx.source.text):
        return
    nodes = [node for node in ast.walk(ctx.tree) if isinstance(node, (ast.BinOp, ast.AugAssign, ast.Call))]
    for node in nodes:
        if isinstance(node, ast.BinOp) and type(node.op) in _HELPERS:
            if _both(ctx, node.left, node.right) and ctx.plan(node) is None:
                _by_parts(ctx, node, _HELPERS[type(node.op)], node.left, node.right)
        elif isinstance(node, ast.BinOp):
            _other_operator(ctx, node)
        elif isinstance(node, ast.AugAssign) and type(node.op) in _HELPERS:
            if isinstance(node.target, ast.Name) and _both(ctx, node.target, node.value):
                name = ctx.helper(_HELPERS[type(node.op)])
                values: dict[str, Value] = {"x": node.target.id, "y": node.value}
                ctx.replace_stmt(node, f"{{x}} = {name}({{x}}, {{y}})", values)
                ctx.structural(node.target, node, "torch.Tensor.__imul__", name)
        elif isinstance(node, ast.Call):
            _call(ctx, node)


def _call(ctx: FileContext, call: ast.Call) -> None:
    """Functions and methods: `torch.mul(x, y)`, `x.mul(y)`."""
    use = ctx.site(call.func)
    if use is None or call.keywords or any(isinstance(arg, ast.Starred) for arg in call.args):
        return
    operands = [*([] if use.receiver is None else [use.receiver]), *call.args]
    helper = _CALLS.get(use.name.rpartition(".")[2])
    if helper is not None and len(operands) == 2 and _both(ctx, *operands):
        name = ctx.helper(helper)
        ctx.replace(call, f"{name}({{x}}, {{y}})", {"x": operands[0], "y": operands[1]})
        ctx.converted(use, name)
        return
    name = use.name.rpartition(".")[2]
    decided = ctx.outcome(use) in (Outcome.CONVERTED, Outcome.ADAPTED)
    if name in _NO_GRADIENT and decided and any(_is_complex(ctx, operand) for operand in operands[:2]):
        _report(ctx, use, f"{name} of complex tensors")


def _other_operator(ctx: FileContext, node: ast.BinOp) -> None:
    """`z ** 2`, `z + 1j`."""
    stmt = ctx.parents.stmt(node)
    if ctx.plan(node) is not None or not ctx.has_place(node, stmt):
        return
    if isinstance(node.op, ast.Pow) and _is_complex(ctx, node.left):
        if isinstance(node.left, ast.Name) and isinstance(node.right, ast.Constant) and node.right.value == 2:
            _by_parts(ctx, node, "complex_mul", node.left, node.left)
        else:
            _report(ctx, ctx.add_site(node, "torch.Tensor.__pow__", stmt), "powers of complex tensors")
    elif isinstance(node.op, (ast.Add, ast.Sub)):
        sides = (node.left, node.right)
        if any(_is_complex_number(ctx, side) for side in sides) and any(k.is_tensor(ctx.kind(side)) for side in sides):
            _report(ctx, ctx.add_site(node, "torch.Tensor.__add__", stmt), "a sum with a complex number")


def _report(ctx: FileContext, use: Use, what: str) -> None:
    message = f"MindSpore has no gradient of {what}"
    ctx.doubt(use, message, "T2M301", _HINT)


def _by_parts(ctx: FileContext, node: ast.BinOp, helper: str, left: ast.expr, right: ast.expr) -> None:
    stmt = ctx.parents.stmt(node)
    if ctx.survives(node, stmt):
        name = ctx.helper(helper)
        ctx.replace(node, f"{name}({{x}}, {{y}})", {"x": left, "y": right})
        ctx.structural(node, stmt, "torch.Tensor.__mul__", name)


def _both(ctx: FileContext, left: ast.expr, right: ast.expr) -> bool:
    """Whether two operands are tensors, or may be, and one of them is complex; or one is a complex number."""
    for one, other in ((left, right), (right, left)):
        if _is_complex_number(ctx, one):
            return k.is_tensor(ctx.kind(other)) or _is_complex(ctx, other)
    numbers = any(ctx.kind(side) in k.NUMBERS or isinstance(side, ast.Constant) for side in (left, right))
    return not numbers and (_is_complex(ctx, left) or _is_complex(ctx, right))


def _is_complex_number(ctx: FileContext, node: ast.expr) -> bool:
    found = ctx.dtypes.of(node)
    return found is not None and found.number and found.family == "complex"


def _is_complex(ctx: FileContext, node: ast.expr) -> bool:
    found = ctx.dtypes.of(node)
    return found is not None and not found.number and found.family == "complex"


RULE = Rule(finish=_finish)
