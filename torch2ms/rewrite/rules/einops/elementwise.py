"""einx's functions of elements, which name the axes of what they are given: `einx.subtract("j, i -> i j", a, b)`.

They become the operator, between tensors whose axes stand in the order of the result: `a - b.unsqueeze(1)`.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from torch2ms.rewrite.context import FileContext
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.plan import Value
from torch2ms.source import kinds as k

ELLIPSIS = "..."

ELEMENTWISE: Mapping[str, str] = MappingProxyType(
    {
        "add": "{0} + {1}",
        "subtract": "{0} - {1}",
        "multiply": "{0} * {1}",
        "divide": "{0} / {1}",
        "true_divide": "{0} / {1}",
        "less": "{0} < {1}",
        "less_equal": "{0} <= {1}",
        "greater": "{0} > {1}",
        "greater_equal": "{0} >= {1}",
        "equal": "{0} == {1}",
        "not_equal": "{0} != {1}",
        "maximum": "ops.maximum({0}, {1})",
        "minimum": "ops.minimum({0}, {1})",
        "logical_and": "ops.logical_and({0}, {1})",
        "logical_or": "ops.logical_or({0}, {1})",
        "where": "ops.where({0}, {1}, {2})",
    }
)
"""The function → what it computes."""

Axes = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """A pattern: the axes of each operand, those of the result, and how the result's dimensions are made of them.

    `groups` are the axes of each dimension; a dimension of size 1 has none.
    """

    operands: tuple[Axes, ...]
    result: Axes
    groups: tuple[Axes, ...]


def elementwise(ctx: FileContext, use: Use) -> bool:
    """Write a call as an operator; False where it stays."""
    call = use.call
    if call is None or call.keywords or any(isinstance(argument, ast.Starred) for argument in call.args):
        return False
    match call.args:
        case [ast.Constant(value=str(text)), *operands]:
            pattern = read(text)
        case _:
            return False
    form = ELEMENTWISE[use.name.rpartition(".")[2]]
    if pattern is None or len(operands) != len(pattern.operands) or f"{{{len(operands)}}}" in form:
        return False
    if f"{{{len(operands) - 1}}}" not in form or any(k.settle(ctx.kind(o)) is k.NDARRAY for o in operands):
        return False
    texts = [aligned(axes, pattern.result) for axes in pattern.operands]
    if None in texts:
        return False
    places: dict[str, Value] = {f"x{index}": operand for index, operand in enumerate(operands)}
    written = form.format(*(f"{{x{index}}}{text}" for index, text in enumerate(texts)))
    after = regrouped(pattern)
    ctx.replace(call, f"({written}){after}" if after and not form.startswith("ops.") else written + after, places)
    return ctx.converted(use, "mindspore.Tensor")


def read(text: str) -> Named | None:
    """A pattern of names, with an ellipsis in front at most; None for what is more than that, or is wrong."""
    left, arrow, right = text.partition("->")
    operands = tuple(tuple(term.split()) for term in left.split(","))
    for axes in operands:
        names = axes[1:] if axes[:1] == (ELLIPSIS,) else axes
        if not all(name.isidentifier() for name in names) or len(set(names)) < len(names):
            return None
    if not arrow:
        whole = [axes for axes in operands if all(set(axes) >= set(other) for other in operands)]
        if len(set(whole)) != 1:
            return None
        return Named(operands, whole[0], tuple((axis,) for axis in whole[0]))
    groups = _groups(right)
    if groups is None:
        return None
    result = tuple(axis for group in groups for axis in group)
    if set(result) != {axis for axes in operands for axis in axes} or len(set(result)) < len(result):
        return None
    if ELLIPSIS in result and (result[0] != ELLIPSIS or len(result) < len(groups) or any(len(g) != 1 for g in groups)):
        return None
    return Named(operands, result, groups)


def _groups(text: str) -> tuple[Axes, ...] | None:
    """The dimensions of a result: `(s b) n 1` has two axes in the first and none in the last."""
    groups: list[Axes] = []
    inner: list[str] | None = None
    for token in text.replace("(", " ( ").replace(")", " ) ").split():
        if token == "(" and inner is None:
            inner = []
        elif token == ")" and inner is not None:
            groups.append(tuple(inner))
            inner = None
        elif token == "1" and inner is None:
            groups.append(())
        elif not (token.isidentifier() or (token == ELLIPSIS and inner is None)):
            return None
        elif inner is None:
            groups.append((token,))
        else:
            inner.append(token)
    return None if inner is not None else tuple(groups)


def aligned(axes: Axes, result: Axes) -> str | None:
    """What is done to a tensor so that its axes stand where those of the result do; axes in front may be missing."""
    if not axes:
        return ""
    spread = axes[0] == ELLIPSIS
    order = [axis for axis in result if axis in axes]
    text = _permuted(axes, order, spread)
    if text is None:
        return None
    first = result.index(order[0])
    missing = [axis not in axes for axis in result[first:]]
    if not any(missing):
        return text
    if sum(missing) == 1:
        place = missing.index(True)
        from_end = place - len(missing)
        return f"{text}.unsqueeze({from_end if spread or from_end == -1 else place})"
    if spread:
        return f"{text}[..., {', '.join('None' if is_missing else ':' for is_missing in missing[1:])}]"
    last = len(missing) - missing[::-1].index(True)
    return f"{text}[{', '.join('None' if is_missing else ':' for is_missing in missing[:last])}]"


def _permuted(axes: Axes, order: Sequence[str], spread: bool) -> str | None:
    """`.swapaxes(0, 1)` or `.permute(…)`; nothing where the order is right."""
    moved = [index for index, axis in enumerate(axes) if order[index] != axis]
    if not moved:
        return ""
    if len(moved) == 2:
        first, second = ((index - len(axes) if spread else index) for index in moved)
        return f".swapaxes({first}, {second})"
    return None if spread else f".permute({', '.join(str(axes.index(axis)) for axis in order)})"


def regrouped(pattern: Named) -> str:
    """The axes of a result merged into its dimensions, and those of size 1 put in."""
    text = ""
    for index, group in enumerate(pattern.groups):
        if len(group) > 1:
            text += f".flatten(start_dim={index}, end_dim={index + len(group) - 1})"
        elif not group:
            text += f".unsqueeze({index})"
    return text
