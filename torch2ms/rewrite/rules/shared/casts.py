"""Casts of tensors to a dtype, as they are written in MindSpore."""

from __future__ import annotations

import ast
from dataclasses import replace

from torch2ms.rewrite.context import FileContext
from torch2ms.rewrite.elements import Elements, promoted

_METHODS = {
    "int": "long",
    "int64": "long",
    "int32": "int",
    "float": "float",
    "float32": "float",
    "float16": "half",
    "float64": "double",
    "bool": "bool",
}
_UNKNOWN = Elements("float")


def cast_to(ctx: FileContext, node: ast.expr, dtype: str) -> None:
    """Put a cast to one of torch's dtypes around a tensor."""
    method = _METHODS.get(dtype)
    ctx.surround(node, f"{{value}}.astype(ms.{dtype})" if method is None else f"{{value}}.{method}()")


def narrow_beside(ctx: FileContext, left: ast.expr, right: ast.expr) -> None:
    """Cast the one of two tensors that has no axes where MindSpore would bring the other one to its wider dtype."""
    for node, beside in ((left, right), (right, left)):
        scalar = ctx.dtypes.of(node)
        if scalar is None or scalar.number or scalar.axes != 0:
            continue
        other = ctx.dtypes.of(beside)
        if other is None:
            if scalar.dtype != "float64":
                continue
            other = _UNKNOWN  # floats of torch's default dtype, as nearly everything is
        if other.is_scalar:
            continue
        target = promoted(scalar, other)
        given = promoted(replace(scalar, axes=1), other)
        if target is None or given is None or target.family != other.family:
            continue
        if scalar.dtype == "float64" and target.dtype == "float":
            cast_to(ctx, node, "float")
        elif target.dtype != given.dtype and given.dtype not in ("int", "float", "complex"):
            cast_to(ctx, node, target.dtype)
