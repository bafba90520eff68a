"""Reports sums and means of what a mask selects, because MindSpore's kernels for CPU sum nothing up to anything.

`x[mask].sum()` is 0 in torch where the mask selects nothing, and `x[mask].mean()` NaN; MindSpore on CPU reads memory
that was never written; `repeat` and `tile` of such a selection raise. The site is reported unless a condition around it
asks whether there is anything. The gradient of `x[:0]`, which raises there, is nothing anyhow:
`ops.stop_gradient(x)[:0]`. A `split` whose first size is written as 0 is reported: its gradient raises too.
"""

from __future__ import annotations

import ast

from torch2ms.model import Outcome
from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.rules.shared.questions import argument, has_stars, input_of, is_literal
from torch2ms.source import kinds as k

_REDUCING = frozenset(f"torch.{prefix}{name}" for prefix in ("", "Tensor.") for name in ("sum", "mean"))
_SELECTING = frozenset(["torch.masked_select", "torch.Tensor.masked_select"])
_REPEATING = frozenset(["torch.tile", "torch.Tensor.tile", "torch.Tensor.repeat"])
_SPLITTING = frozenset(f"torch.{prefix}{name}" for prefix in ("", "Tensor.") for name in ("split", "split_with_sizes"))
_FOLLOWED = frozenset(
    """
    pow abs square float double exp log sqrt clamp long int neg clone detach
    view reshape flatten unsqueeze squeeze transpose permute t contiguous
    """.split()
)
_ASKING = frozenset("any sum numel nelement shape size len nonzero item".split())
_DEPTH = 6
_HINT = "ask first: if mask.any()"


def _finish(ctx: FileContext) -> None:
    """Look at the sums of selections, and at empty slices."""
    for part in ctx.facts.of_type(ast.Subscript):
        if isinstance(part.ctx, ast.Load) and _ends_at_zero(part.slice):
            if k.is_tensor(ctx.kind(part.value)) and not ctx.uses_mindspore:
                _slice(ctx, part)
    for use in ctx.sites():
        if use.name in _SPLITTING:
            _split(ctx, use)
        if use.name not in _REDUCING | _REPEATING or use.call is None:
            continue
        node = input_of(use)
        if use.name in _REPEATING:
            if node is not None and _may_be_empty(ctx, node, _DEPTH) and not _is_asked(ctx, use):
                ctx.doubt(use, "MindSpore's kernel for CPU raises here when the mask selects nothing", "T2M703", _HINT)
            continue
        alone = not use.call.keywords and len(use.call.args) == (use.receiver is None)
        if node is None or not alone or ctx.outcome(use) not in (Outcome.CONVERTED, Outcome.ADAPTED):
            continue
        if _may_be_empty(ctx, node, _DEPTH) and not _is_asked(ctx, use):
            message = "MindSpore's kernel for CPU gives anything here when the mask selects nothing"
            ctx.doubt(use, message, "T2M703", _HINT)


def _slice(ctx: FileContext, node: ast.Subscript) -> None:
    """`x[:0]`: an empty tensor like `x`."""
    stmt = ctx.parents.stmt(node)
    found = ctx.dtypes.of(node.value)
    if ctx.has_place(node, stmt) and (found is None or found.family == "float"):
        ctx.surround(node.value, "ops.stop_gradient({value})")
        if ctx.site(node.value) is None:
            ctx.structural(node.value, stmt, "torch.Tensor.__getitem__", "mindspore.ops.stop_gradient")


def _may_be_empty(ctx: FileContext, node: ast.expr, depth: int) -> bool:
    """Whether a tensor is what a mask selects, or computed from it element by element."""
    if depth == 0:
        return False
    match node:
        case ast.Subscript(value=value, slice=index):
            return k.is_tensor(ctx.kind(value)) and (_is_mask(ctx, index) or _takes_nothing(index))
        case ast.BinOp(left=left, right=right):
            return any(_may_be_empty(ctx, side, depth - 1) for side in (left, right))
        case ast.UnaryOp(operand=operand):
            return _may_be_empty(ctx, operand, depth - 1)
        case ast.Call(func=ast.Attribute(value=value, attr=name) as func):
            use = ctx.site(func)
            if use is not None and use.name in _SELECTING:
                return True
            inner = value if k.is_tensor(ctx.kind(value)) or not node.args else node.args[0]
            return name in _FOLLOWED and _may_be_empty(ctx, inner, depth - 1)
        case ast.Name():
            found = ctx.dtypes.only_value(node)
            return found is not None and _may_be_empty(ctx, found, depth - 1)
    return False


def _is_mask(ctx: FileContext, index: ast.expr) -> bool:
    found = ctx.dtypes.of(index)
    return found is not None and found.dtype == "bool" and not found.number


def _takes_nothing(index: ast.expr) -> bool:
    """`x[:0]`, `x[2:2]`, also beside other indices."""
    match index:
        case ast.Tuple(elts=parts):
            return any(map(_takes_nothing, parts))
        case ast.Slice(lower=lower, upper=ast.Constant(value=int(end)), step=None):
            return end == 0 or (isinstance(lower, ast.Constant) and lower.value == end)
    return False


def _ends_at_zero(index: ast.expr) -> bool:
    """`x[:0]`, `x[:, 0:0]`."""
    match index:
        case ast.Tuple(elts=parts):
            return any(map(_ends_at_zero, parts))
        case ast.Slice(upper=ast.Constant(value=0), step=None):
            return True
    return False


def _split(ctx: FileContext, use: Use) -> None:
    """`x.split([0, 3])`."""
    sizes = None if use.call is None or has_stars(use.call) else _sizes(use.call, use.receiver is None)
    if isinstance(sizes, ast.List | ast.Tuple) and sizes.elts and is_literal(sizes.elts[0], 0):
        message = "MindSpore's kernel for CPU has no gradient of a split whose first part is empty"
        ctx.doubt(use, message, "T2M703", "use mint.split, or split the rest")


def _sizes(call: ast.Call, position: int) -> ast.expr | None:
    names = ("split_size", "split_sizes", "split_size_or_sections")
    found = [argument(call, position, name) for name in names]
    return next((value for value in found if value is not None), None)


def _is_asked(ctx: FileContext, use: Use) -> bool:
    """Whether a condition around a site asks how much there is, of something that the site names."""
    names = {node.id for node in ast.walk(use.call or use.node) if isinstance(node, ast.Name)}
    inner: ast.AST = use.node
    outer = ctx.parents.of(inner)
    while outer is not None and not isinstance(outer, (ast.FunctionDef, ast.AsyncFunctionDef)):
        if isinstance(outer, (ast.If, ast.IfExp, ast.While)) and inner is not outer.test:
            asked = {part.id if isinstance(part, ast.Name) else "" for part in ast.walk(outer.test)}
            words = {part.attr for part in ast.walk(outer.test) if isinstance(part, ast.Attribute)} | asked
            if asked & names and words & _ASKING:
                return True
        inner, outer = outer, ctx.parents.of(outer)
    return False


RULE = Rule(finish=_finish)
