"""Makes numbers of Python's, or tensors, of what NumPy puts beside a tensor.

A number of NumPy's on the left of a MindSpore tensor (`np.sqrt(2) * x`) takes the tensor for an array, and the result
is an array: `float(np.sqrt(2)) * x` is a tensor. An index has to be a tensor, a list or an int there, where torch takes
arrays and ranges as well: `x[Tensor(rows)]`, `x[list(range(3))]`.
"""

from __future__ import annotations

import ast

from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.source import kinds as k

_OPERAND = "torch.Tensor.__rmul__"
_INDEX = "torch.Tensor.__getitem__"


def _finish(ctx: FileContext) -> None:
    """Look at operators and indexes of tensors, after all other plans are made."""
    if ctx.uses_mindspore or not ctx.sites():
        return
    knows_numpy = _knows_numpy(ctx)
    for node in ctx.facts.kinds:
        if isinstance(node, ast.Subscript) and k.is_tensor(ctx.kind(node.value)):
            for part in _parts(node.slice):
                if isinstance(part, ast.Call):
                    _range(ctx, node, part)
        if not knows_numpy:
            continue
        if isinstance(node, ast.BinOp):
            if k.is_tensor(ctx.kind(node.right)) and not k.is_tensor(ctx.kind(node.left)):
                _operand(ctx, node, node.left)
        elif isinstance(node, ast.Compare):
            if len(node.ops) == 1 and k.is_tensor(ctx.kind(node.comparators[0])):
                _operand(ctx, node, node.left)
        elif isinstance(node, ast.Subscript) and k.is_tensor(ctx.kind(node.value)):
            for part in _parts(node.slice):
                _index(ctx, node, part)


def _knows_numpy(ctx: FileContext) -> bool:
    """Whether arrays of NumPy's can be told from other values in the file."""
    return any(name.partition(".")[0] == "numpy" for name in ctx.facts.import_names.values())


def _parts(index: ast.expr) -> list[ast.expr]:
    """The indexes along the axes, and the bounds of slices."""
    found: list[ast.expr] = []
    for part in index.elts if isinstance(index, ast.Tuple) else [index]:
        if isinstance(part, ast.Slice):
            found += [bound for bound in (part.lower, part.upper, part.step) if bound is not None]
        else:
            found.append(part)
    return found


def _operand(ctx: FileContext, node: ast.expr, left: ast.expr) -> None:
    """`np.sqrt(2) * x`. An array there raises a TypeError in torch, too."""
    kind = ctx.kind(left)
    found = ctx.dtypes.of(left) if kind in k.NUMBERS or kind is k.NDARRAY else None
    is_item = kind is k.NDARRAY and (found is None or found.axes is None)
    if not (is_item or (found is not None and found.of_numpy)) or not _is_there(ctx, node):
        return
    if found is None:
        ctx.surround(left, "{value}.item()")
    else:
        ctx.surround(left, "int({value})" if found.family == "int" else "float({value})")
    _count(ctx, left, _OPERAND)


def _index(ctx: FileContext, node: ast.expr, part: ast.expr) -> None:
    """`x[rows]`."""
    kind = ctx.kind(part)
    if kind is not k.NDARRAY and kind not in k.NUMBERS:
        return
    found = ctx.dtypes.of(part)
    is_number = found is not None and (found.of_numpy or (kind is k.NDARRAY and found.axes == 0))
    if not (is_number or kind is k.NDARRAY) or not _is_there(ctx, node):
        return
    ctx.surround(part, "int({value})" if is_number else "Tensor({value})")
    _count(ctx, part, _INDEX)


def _range(ctx: FileContext, node: ast.expr, part: ast.Call) -> None:
    """`x[range(3)]`: MindSpore takes lists."""
    func = part.func
    if isinstance(func, ast.Name) and func.id == "range" and isinstance(ctx.kind(part), k.Seq) and _is_there(ctx, node):
        ctx.surround(part, "list({value})")
        _count(ctx, part, _INDEX)


def _is_there(ctx: FileContext, node: ast.expr) -> bool:
    stmt = next((above for above in ctx.parents.upwards(node) if isinstance(above, ast.stmt)), None)
    return stmt is not None and ctx.has_place(node, stmt)


def _count(ctx: FileContext, node: ast.expr, name: str) -> None:
    if ctx.site(node) is None:
        ctx.structural(node, ctx.parents.stmt(node), name, "")


RULE = Rule(finish=_finish)
