"""Takes out moves of a module to a device, because MindSpore places it by its context; changes of type stay.

`net.cuda()` goes, `net.half()` becomes `net.to(ms.float16)`.
"""

from __future__ import annotations

import ast

from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.rows.bind import UNCALLED
from torch2ms.rewrite.rules.shared.questions import has_stars, is_whole_statement, looks_like_device, self_assigned
from torch2ms.source import kinds as k

_TYPES = {"half": "float16", "float": "float32", "double": "float64", "bfloat16": "bfloat16"}


def drop(ctx: FileContext, use: Use) -> bool:
    """Leave the receiver alone; a statement that does nothing else goes."""
    assert use.call is not None and use.receiver is not None
    if is_whole_statement(use) or self_assigned(use, use.call):
        ctx.delete_stmt(use.stmt)
    else:
        ctx.replace(use.call, "{self}", {"self": use.receiver})
    return ctx.converted(use, "")


def _cuda(ctx: FileContext, use: Use) -> bool:
    if use.call is None:
        return ctx.manual(use, "T2M206", "the method is used without being called", UNCALLED)
    return drop(ctx, use)


def _to(ctx: FileContext, use: Use) -> bool:
    call = use.call
    if call is None or use.receiver is None or has_stars(call):
        return ctx.manual(use, "T2M203", "the arguments cannot be seen here")
    dtype: ast.expr | None = None
    for node in [*call.args, *(kw.value for kw in call.keywords if kw.arg in ("device", "dtype"))]:
        kind = ctx.kind(node)
        if kind is k.DTYPE or (isinstance(kind, (k.Ref, k.StoredApi)) and ctx.is_dtype(kind.name)):
            dtype = node
        elif any(kw.arg == "device" and kw.value is node for kw in call.keywords):
            continue
        elif any(kw.arg == "dtype" and kw.value is node for kw in call.keywords):
            dtype = node
        elif kind is k.BOOL:
            continue
        elif not looks_like_device(ctx, node):
            return ctx.manual(use, "T2M204", "whether this is a device or a dtype cannot be told here")
    if any(kw.arg == "memory_format" for kw in call.keywords) and len(call.keywords) == 1 and not call.args:
        return drop(ctx, use)
    if dtype is None:
        return drop(ctx, use)
    ctx.replace(call, "{self}.to({dtype})", {"self": use.receiver, "dtype": dtype})
    return ctx.converted(use, "mindspore.nn.Cell.to")


def _typed(ctx: FileContext, use: Use) -> bool:
    if use.call is None or use.receiver is None:
        return ctx.manual(use, "T2M206", "the method is used without being called", UNCALLED)
    name = _TYPES[use.name.rpartition(".")[2]]
    ctx.replace(use.call, f"{{self}}.to(ms.{name})", {"self": use.receiver})
    return ctx.converted(use, "mindspore.nn.Cell.to")


RULE = Rule(
    sites={
        "torch.nn.Module.to": _to,
        "torch.nn.Module.cuda": _cuda,
        "torch.nn.Module.cpu": _cuda,
        **{f"torch.nn.Module.{name}": _typed for name in _TYPES},
    }
)
