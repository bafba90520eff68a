"""Reports maxima, limits and orders of tensors that may hold NaN, because MindSpore's kernels for CPU drop it.

`t.max()`, `torch.relu(t)` and `t.clamp(0, 2)` are NaN in torch where `t` is; on CPU MindSpore takes the other value. A
NaN nobody expects is a fault that shows elsewhere too, so a site is reported where the file itself deals with NaN: the
function puts one into a tensor, or asks whether there is one in what such a call gives.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from torch2ms.model import Outcome
from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.rules.shared.questions import input_of
from torch2ms.source import kinds as k

_DROPPING = frozenset(
    """
    max min amax amin aminmax maximum minimum clamp clamp_ clip clip_ clamp_min clamp_max relu relu_ hardtanh sort topk
    argsort argmax argmin threshold softshrink sign softplus max_pool1d max_pool2d max_pool3d
    adaptive_max_pool1d adaptive_max_pool2d adaptive_max_pool3d kthvalue quantile histc inverse
    """.split()
)
_LAYERS = frozenset(
    f"torch.nn.{name}"
    for name in ("ReLU", "Hardtanh", "MaxPool2d", "MaxPool3d", "AdaptiveMaxPool2d", "Threshold", "Softplus")
)
_ASKING = frozenset("isnan isfinite nan_to_num nan_to_num_ nanmean nansum nanmedian".split())
_SPACES = frozenset(["torch", "torch.Tensor", "torch.nn.functional"])
_MESSAGE = "MindSpore's kernel for CPU drops NaN here"
_HINT = "keep it apart first: ops.where(ops.isnan(x), x, ...)"
_DEPTH = 3


def _finish(ctx: FileContext) -> None:
    """Look at the functions that put NaN into tensors, and at the questions whether there is one."""
    with_nan = {ctx.facts.owners.get(ctx.parents.stmt(node)) for node in _nans(ctx)}
    asked: set[ast.AST] = set()
    for use in ctx.sites():
        space, _, name = use.name.rpartition(".")
        if use.call is not None and space in _SPACES and name in _ASKING:
            operand = input_of(use)
            if operand is not None:
                asked.update(_sources(ctx, operand, _DEPTH))
    if not with_nan and not asked:
        return
    for use in ctx.sites():
        space, _, name = use.name.rpartition(".")
        if use.call is None or space not in _SPACES or name not in _DROPPING:
            continue
        is_meant = use.call in asked or ctx.facts.owners.get(use.stmt) in with_nan
        if is_meant and _holds_floats(ctx, use) and ctx.outcome(use) in (Outcome.CONVERTED, Outcome.ADAPTED):
            ctx.doubt(use, _MESSAGE, "T2M703", _HINT)
    for call, callee in ctx.facts.calls.items():
        kind = k.settle(callee)
        if not isinstance(kind, k.Module) or not _LAYERS.intersection(kind.classes):
            continue
        if call in asked or ctx.facts.owners.get(ctx.stmt(call)) in with_nan:
            layer = next(cls for cls in kind.classes if cls in _LAYERS)
            use = ctx.site(call.func) or ctx.add_site(call.func, str(layer), ctx.stmt(call), call)
            ctx.check(use, "", _MESSAGE, "T2M703", _HINT)


def _holds_floats(ctx: FileContext, use: Use) -> bool:
    assert use.call is not None
    node = input_of(use)
    found = None if node is None else ctx.dtypes.of(node)
    return found is None or found.family == "float"


def _nans(ctx: FileContext) -> Iterator[ast.expr]:
    """The NaNs that are written in an expression of a tensor, or stored into one."""
    for node in ctx.facts.of_type(ast.Call, ast.Attribute):
        if not _is_nan(node):
            continue
        for above in ctx.parents.upwards(node):
            if isinstance(above, ast.Assign):
                target = above.targets[0]
                if isinstance(target, ast.Subscript) and k.is_tensor(ctx.kind(target.value)):
                    yield node
            if isinstance(above, ast.stmt):
                break
            if isinstance(above, ast.expr) and k.is_tensor(ctx.kind(above)):
                yield node
                break


def _is_nan(node: ast.expr) -> bool:
    """`float("nan")`, `math.nan`, `np.nan`, `torch.nan`."""
    match node:
        case ast.Call(func=ast.Name(id="float"), args=[ast.Constant(value=str(text))]):
            return text.lower() == "nan"
        case ast.Attribute(value=ast.Name(id="math" | "np" | "numpy" | "torch"), attr="nan"):
            return True
    return False


def _sources(ctx: FileContext, node: ast.expr, depth: int) -> Iterator[ast.AST]:
    """The calls that a value is made by, through names and operators."""
    for part in ast.walk(node):
        if isinstance(part, ast.Call):
            yield part
        elif isinstance(part, ast.Name) and depth:
            made = ctx.dtypes.only_value(part)
            if made is not None:
                yield from _sources(ctx, made, depth - 1)


RULE = Rule(finish=_finish)
