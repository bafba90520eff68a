"""Makes numbers of Python's, or tensors, of what NumPy puts beside a tensor.

A number of NumPy's on the left of a MindSpore tensor (`np.sqrt(2) * x`) takes the tensor for an array, and the result
is an array: `float(np.sqrt(2)) * x` is a tensor. An index has to be a tensor, a list or an int there, where torch takes
arrays and ranges as well: `x[Tensor(rows)]`, `x[list(range(3))]`. Sizes are ints of Python's, `ops.zeros((int(n), 2))`;
a list of NumPy's numbers makes a tensor of their dtype, `ms.tensor(values, dtype=ms.float64)`, and one of them that
fills a tensor is a float32 or int64.
"""

from __future__ import annotations

import ast

from torch2ms.mapping.schema import Row
from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.elements import Elements
from torch2ms.rewrite.rules.shared.questions import argument, has_stars
from torch2ms.source import kinds as k

_OPERAND = "torch.Tensor.__rmul__"
_INDEX = "torch.Tensor.__getitem__"
_SIZED = frozenset(f"torch.{name}" for name in ("zeros", "ones", "empty", "rand", "randn", "full"))
_MADE_OF = frozenset(["torch.tensor", "torch.as_tensor", "torch.asarray"])
_OF_NUMBERS = {"float": "float32", "int": "int64", "bool": "bool_"}


def _finish(ctx: FileContext) -> None:
    """Look at operators and indexes of tensors, after all other plans are made."""
    if ctx.uses_mindspore or not ctx.sites():
        return
    knows_numpy = _knows_numpy(ctx)
    for node in ctx.facts.of_type(ast.Subscript, ast.BinOp, ast.Compare):
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
    for use in ctx.sites():
        if use.call is not None and not has_stars(use.call) and ctx.outcome(use) is not None:
            if use.name in _SIZED:
                _sizes(ctx, use, use.call)
            elif use.name in _MADE_OF:
                _made(ctx, use, use.call)
            elif use.name == "torch.arange":
                _arange(ctx, use, use.call)


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


def _number(ctx: FileContext, node: ast.expr) -> Elements | None:
    """A number of NumPy's."""
    found = ctx.dtypes.of(node) if ctx.kind(node) in (*k.NUMBERS, k.NDARRAY) else None
    return found if found is not None and found.of_numpy else None


def _sizes(ctx: FileContext, use: Use, call: ast.Call) -> None:
    """`torch.zeros((n, 2))`, `torch.full((2,), np.sqrt(2))`."""
    size = call.args[0] if len(call.args) == 1 or (use.name == "torch.full" and call.args) else None
    parts = size.elts if isinstance(size, (ast.Tuple, ast.List)) else [] if size is not None else call.args
    if not ctx.has_place(call, use.stmt):
        return
    for part in parts:
        if _number(ctx, part) is not None and ctx.plan(part) is None:
            ctx.surround(part, "int({value})")


def _row(ctx: FileContext, use: Use, row: Row | None) -> bool:
    """`torch.full((2,), np.sqrt(2))` fills with a float32."""
    call = use.call
    if use.name != "torch.full" or call is None or has_stars(call) or ctx.uses_mindspore or not _knows_numpy(ctx):
        return False
    size, fill = argument(call, 0, "size"), argument(call, 1, "fill_value")
    found = None if fill is None else _number(ctx, fill)
    keywords = {keyword.arg for keyword in call.keywords} - {"size", "fill_value", "device"}
    if size is None or fill is None or found is None or keywords or found.family not in _OF_NUMBERS:
        return False
    number = "float({v})" if found.family == "float" else "int({v})"
    ctx.replace(call, f"ops.full({{size}}, {number}, dtype=ms.{_OF_NUMBERS[found.family]})", {"size": size, "v": fill})
    return ctx.converted(use, "mindspore.ops.full")


def _made(ctx: FileContext, use: Use, call: ast.Call) -> None:
    """`torch.tensor(values)` of a list of NumPy's numbers."""
    data = call.args[0] if len(call.args) == 1 else None
    if data is None or any(keyword.arg != "device" for keyword in call.keywords) or not ctx.has_place(call, use.stmt):
        return
    if isinstance(data, (ast.List, ast.Tuple)):
        of_numpy = any(_number(ctx, part) is not None for part in data.elts)
    else:
        item = ctx.dtypes.part(data, -1) if isinstance(ctx.kind(data), k.Seq) else None
        of_numpy = item is not None and item.of_numpy
    found = ctx.dtypes.of(call) if of_numpy else None
    if found is not None and found.dtype not in ("", "float32", "int64", "bool", "float", "int", "complex"):
        ctx.replace(call, f"ms.tensor({{v}}, dtype=ms.{found.dtype})", {"v": data})
        ctx.converted(use, "mindspore.tensor")


def _arange(ctx: FileContext, use: Use, call: ast.Call) -> None:
    """`torch.arange(values.max())`."""
    found = [_number(ctx, arg) for arg in call.args]
    if call.keywords or not any(one is not None and one.family == "float" for one in found):
        return
    if ctx.has_place(call, use.stmt):
        ends = ", ".join(f"{{v{index}}}" if one is None else f"float({{v{index}}})" for index, one in enumerate(found))
        ctx.replace(call, f"ops.arange({ends})", {f"v{index}": arg for index, arg in enumerate(call.args)})
        ctx.converted(use, "mindspore.ops.arange")


def _is_there(ctx: FileContext, node: ast.expr) -> bool:
    stmt = next((above for above in ctx.parents.upwards(node) if isinstance(above, ast.stmt)), None)
    return stmt is not None and ctx.has_place(node, stmt)


def _count(ctx: FileContext, node: ast.expr, name: str) -> None:
    if ctx.site(node) is None:
        ctx.structural(node, ctx.parents.stmt(node), name, "")


RULE = Rule(row=_row, finish=_finish)
