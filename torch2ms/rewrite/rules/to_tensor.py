"""Takes out moves of tensors to a device, because MindSpore places them by its context; changes of type stay.

A move (`x.to(device)`, `x.cuda()`, `x.cpu()`) is dropped whatever the receiver is: tensor, module, or batch of
tensors.
"""

from __future__ import annotations

import ast

from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.rows.bind import UNCALLED
from torch2ms.rewrite.rules.shared.questions import has_stars, is_whole_statement
from torch2ms.source import kinds as k

_MOVES = frozenset({"torch.Tensor.to", "torch.Tensor.cuda", "torch.Tensor.cpu"})
_DEVICE_NAMES = frozenset({"cuda", "cpu", "mps", "xpu", "npu", "gpu", "hpu", "meta"})
_DEVICE_VARIABLES = frozenset({"dev", "gpu", "gpu_id", "cuda", "rank", "local_rank", "device_id"})
_DEVICE_KEYWORDS = frozenset({"device", "non_blocking", "copy", "memory_format", "async"})
_TO = "mindspore.Tensor.to"


def _start(ctx: FileContext) -> None:
    """Moves of values nothing else is known of."""
    for use in ctx.sites():
        if use.name in _MOVES and use.receiver is not None and use.call is not None:
            kind = use.receiver_kind
            if (kind is k.UNKNOWN or isinstance(kind, (k.Var, k.Member))) and is_move(ctx, use.call):
                drop(ctx, use, use.call)


def is_move(ctx: FileContext, call: ast.Call) -> bool:
    """Whether a call is `x.cuda(...)`, `x.cpu()` or `x.to(device)`: it does nothing in MindSpore."""
    if not isinstance(call.func, ast.Attribute) or has_stars(call):
        return False
    if call.func.attr in ("cuda", "cpu"):
        return True
    if call.func.attr != "to" or not (call.args or call.keywords):
        return False
    names = {keyword.arg for keyword in call.keywords}
    if not names <= _DEVICE_KEYWORDS:
        return False
    if not call.args:
        return "device" in names or "memory_format" in names
    if not _is_device(ctx, call.args[0]):
        return False
    return all(ctx.kind(arg) is k.BOOL for arg in call.args[1:])


def _is_device(ctx: FileContext, node: ast.expr) -> bool:
    if isinstance(node, ast.Subscript):
        return _is_device(ctx, node.value)
    if isinstance(node, ast.Constant):
        return type(node.value) is int or (
            isinstance(node.value, str) and node.value.partition(":")[0] in _DEVICE_NAMES
        )
    kind = ctx.kind(node)
    if kind is k.DEVICE:
        return True
    if isinstance(node, ast.JoinedStr):
        return ctx.text(node).lstrip("fF\"'").startswith("cuda")
    if kind is k.DTYPE or kind in k.TENSORS or isinstance(kind, (k.Ref, k.StoredApi, k.Module)):
        return False
    name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
    return name.lower().endswith("device") or name.lower() in _DEVICE_VARIABLES


def drop(ctx: FileContext, use: Use, call: ast.Call) -> bool:
    """Leave the receiver alone; a statement that does nothing else goes."""
    assert use.receiver is not None
    for value in (*call.args, *call.keywords):
        ctx.drop_inside(value)
    if is_whole_statement(use) or _only_moves(ctx, use.stmt):
        ctx.delete_stmt(use.stmt)
    else:
        ctx.replace(call, "{self}", {"self": use.receiver})
    return ctx.converted(use)


def _only_moves(ctx: FileContext, stmt: ast.stmt) -> bool:
    """Whether a statement is `x = x.to(device)` or `x, y = x.cuda(), y.cuda()`."""
    if not isinstance(stmt, ast.Assign) or len(stmt.targets) != 1:
        return False
    target, value = stmt.targets[0], stmt.value
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        if len(target.elts) != len(value.elts):
            return False
        pairs = list(zip(target.elts, value.elts, strict=True))
    else:
        pairs = [(target, value)]
    return any(isinstance(v, ast.Call) for _, v in pairs) and all(_moves_itself(ctx, t, v) for t, v in pairs)


def _moves_itself(ctx: FileContext, target: ast.expr, value: ast.expr) -> bool:
    while isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and is_move(ctx, value):
        value = value.func.value
    return _same(target, value)


def _same(target: ast.expr, value: ast.expr) -> bool:
    if isinstance(target, ast.Name) and isinstance(value, ast.Name):
        return target.id == value.id
    if isinstance(target, ast.Attribute) and isinstance(value, ast.Attribute):
        return target.attr == value.attr and _same(target.value, value.value)
    if isinstance(target, ast.Subscript) and isinstance(value, ast.Subscript):
        return _same(target.value, value.value) and ast.dump(target.slice) == ast.dump(value.slice)
    return False


def _move(ctx: FileContext, use: Use) -> bool:
    if use.call is None or has_stars(use.call):
        return ctx.manual(use, "T2M206", f"{use.name} is used without being called", UNCALLED)
    return drop(ctx, use, use.call)


def _to(ctx: FileContext, use: Use) -> bool:
    call = use.call
    if call is None or use.receiver is None or has_stars(call):
        return ctx.manual(use, "T2M203", "the arguments of to() cannot be seen here")
    if is_move(ctx, call):
        return drop(ctx, use, call)
    dtype: ast.expr | None = None
    like: ast.expr | None = None
    for index, arg in enumerate(call.args):
        kind = ctx.kind(arg)
        if _is_dtype(ctx, arg):
            dtype = arg
        elif k.is_tensor(kind) and index == 0:
            like = arg
        elif not _is_device(ctx, arg) and not (index and (kind is k.BOOL or kind is k.NONE)):
            return ctx.manual(
                use,
                "T2M204",
                "whether to() gets a dtype, a device or a tensor cannot be told here",
                "write x.to(dtype=...)",
            )
    for keyword in call.keywords:
        if keyword.arg == "dtype":
            dtype = keyword.value
        elif keyword.arg == "other":
            like = keyword.value
        elif keyword.arg not in _DEVICE_KEYWORDS:
            return ctx.manual(use, "T2M202", f"{keyword.arg}= of to() has no counterpart")
    for value in (*call.args, *call.keywords):
        inner = value.value if isinstance(value, ast.keyword) else value
        if inner is not dtype and inner is not like:
            ctx.drop_inside(inner)
    if like is not None:
        ctx.replace(call, "{self}.to({other})", {"self": use.receiver, "other": like})
    elif isinstance(dtype, ast.Constant) and dtype.value is None:
        return drop(ctx, use, call)
    elif dtype is not None:
        kind = ctx.kind(dtype)
        if not _is_dtype(ctx, dtype) and kind is not k.UNKNOWN and not isinstance(kind, k.Member):
            return ctx.manual(use, "T2M204", "the dtype of to() cannot be told here")
        # A dtype that is None leaves the tensor as it is, in MindSpore too.
        ctx.replace(call, "{self}.to({dtype})", {"self": use.receiver, "dtype": dtype})
    else:
        return drop(ctx, use, call)
    return ctx.converted(use, _TO)


def _is_dtype(ctx: FileContext, node: ast.expr) -> bool:
    kind = ctx.kind(node)
    if kind is k.DTYPE:
        return True
    if isinstance(kind, (k.Ref, k.StoredApi)):
        return ctx.is_dtype(kind.name)
    return isinstance(node, (ast.Name, ast.Attribute)) and _last(node).lower().endswith("dtype")


def _last(node: ast.Name | ast.Attribute) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr


RULE = Rule(
    sites={
        "torch.Tensor.to": _to,
        "torch.Tensor.cuda": _move,
        "torch.Tensor.cpu": _move,
    },
    start=_start,
)
