"""Selects every second row or column by index, because MindSpore has no gradient of most slices with a step on CPU.

`x[:, :, ::2, 1::2]` is right forward; its gradient raises in PyNative, and often in graph mode. `x.index_select(2,
ops.arange(0, x.shape[2], 2))` takes the same elements, with a gradient. The gradient of a step on the first axis,
`x[::2]`, or on the last, `x[..., ::2]`, is right: these stay, and so do slices under `torch.no_grad()`, of buffers, and
those that are assigned to. What is no name or attribute is swapped to the front, sliced there and swapped back.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.plan import Value
from torch2ms.rewrite.rules.shared.recording import may_be_recorded
from torch2ms.source import kinds as k

_SITE = "torch.Tensor.__getitem__"
_SELECTED, _SWAPPED = "mindspore.Tensor.index_select", "mindspore.Tensor.swapaxes"
_DOUBT = "the gradient of a slice with a step on an axis in the middle raises on CPU"


def _finish(ctx: FileContext) -> None:
    if ctx.uses_mindspore:
        return  # its slices were written for MindSpore, some of them by an earlier conversion
    found = [node for node in ctx.facts.of_type(ast.Subscript) if isinstance(node.ctx, ast.Load)]
    for node in sorted(found, key=lambda node: (node.lineno, node.col_offset)):
        index = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        steps = [place for place, item in enumerate(index) if _has_step(item)]
        if not steps or ctx.kind(node.value) not in (k.TENSOR, k.PARAMETER):
            continue
        stmt = ctx.parents.stmt(node)
        if ctx.plan(node) is None and ctx.survives(node, stmt) and not _changes_in_place(ctx, node):
            if may_be_recorded(ctx, node):
                _rewrite(ctx, node, stmt, index, steps)


def _changes_in_place(ctx: FileContext, node: ast.expr) -> bool:
    """Whether a slice is the receiver of a method that changes it: `x[:, ::2].zero_()` assigns to the slice."""
    method = ctx.parents.of(node)
    return isinstance(method, ast.Attribute) and method.attr.endswith("_")


def _has_step(item: ast.expr) -> bool:
    return (
        isinstance(item, ast.Slice)
        and item.step is not None
        and not (isinstance(item.step, ast.Constant) and item.step.value in (None, 1))
    )


def _rewrite(
    ctx: FileContext, node: ast.Subscript, stmt: ast.stmt, index: Sequence[ast.expr], steps: Sequence[int]
) -> None:
    axes = {place: _axis(ctx, index, place) for place in steps}
    middle = {place: axis for place, axis in axes.items() if axis not in (0, -1)}
    if not middle:
        return
    if None in middle.values():
        use = ctx.add_site(node, _SITE, stmt)
        ctx.check(use, "", f"{_DOUBT}, and which axis this is cannot be told", "T2M703", "select by index_select")
        return
    simple = _is_dotted(node.value)
    text, values = "{x}", dict[str, Value](x=node.value)
    for place, axis in middle.items():
        item = index[place]
        assert isinstance(item, ast.Slice)
        text += _selected(item, axis, values) if simple else _swapped(item, axis, values)
    rest = list(_rest(index, middle, values))
    while rest and rest[-1] == ":":
        rest.pop()
    while rest[:2] == ["...", ":"]:
        del rest[1]
    if rest and rest != ["..."]:
        text += f"[{', '.join(rest)}]"
    ctx.replace(node, text, values)
    ctx.structural(node, stmt, _SITE, _SELECTED if simple else _SWAPPED)


def _axis(ctx: FileContext, index: Sequence[ast.expr], place: int) -> int | None:
    """The axis of the tensor that an entry of its index stands for, from the end after an ellipsis; None: unknown."""
    before = list(index[:place])
    from_end = any(_is_constant(item, ...) for item in before)
    counted = list(index[place:]) if from_end else before
    axis = 0
    for item in counted:
        if isinstance(item, ast.Slice) or ctx.kind(item) is k.INT or _is_integer(item):
            axis += 1
        elif not _is_constant(item, None):
            return None
    return -axis if from_end else axis


def _is_constant(node: ast.expr, value: object) -> bool:
    return isinstance(node, ast.Constant) and node.value is value


def _is_integer(node: ast.expr) -> bool:
    if isinstance(node, ast.UnaryOp):
        node = node.operand
    return isinstance(node, ast.Constant) and type(node.value) is int


def _is_dotted(node: ast.expr) -> bool:
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name)


def _selected(item: ast.Slice, axis: int | None, values: dict[str, Value]) -> str:
    """The method call that selects what a slice with a step takes."""
    size, step = f"{{x}}.shape[{axis}]", _part(item.step, values)
    starts_plainly = item.lower is None or (_is_integer(item.lower) and isinstance(item.lower, ast.Constant))
    if starts_plainly and item.upper is None:
        indices = f"ops.arange({_part(item.lower, values) or '0'}, {size}, {step})"
    else:
        indices = f"ops.arange({size})[{_part(item.lower, values)}:{_part(item.upper, values)}:{step}]"
    return f".index_select({axis}, {indices})"


def _swapped(item: ast.Slice, axis: int | None, values: dict[str, Value]) -> str:
    parts = ":".join(_part(part, values) for part in (item.lower, item.upper, item.step))
    return f".swapaxes(0, {axis})[{parts}].swapaxes(0, {axis})"


def _rest(index: Sequence[ast.expr], middle: dict[int, int | None], values: dict[str, Value]) -> Iterator[str]:
    """The entries of an index, without the steps that are taken apart."""
    for place, item in enumerate(index):
        if place in middle:
            yield ":"
        elif isinstance(item, ast.Slice):
            lower, upper, step = (_part(part, values) for part in (item.lower, item.upper, item.step))
            yield f"{lower}:{upper}" + (f":{step}" if step else "")
        else:
            yield "..." if _is_constant(item, ...) else _part(item, values)


def _part(node: ast.expr | None, values: dict[str, Value]) -> str:
    """The placeholder of a part of the source; the text of what is missing."""
    if node is None:
        return ""
    name = f"part{len(values)}"
    values[name] = node
    return f"{{{name}}}"


RULE = Rule(finish=_finish)
