"""Reports APIs of torch that are looked up by name, because which one is meant is known only when the program runs.

`getattr(torch, name)` is left. `hasattr(nn, "SiLU")` asks for the version of torch, and the tables answer: True where
the uses of the name are converted, False where MindSpore has no counterpart.
"""

from __future__ import annotations

import ast

from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.rules.shared.answers import answer


def _module(ctx: FileContext, use: Use) -> bool:
    parent = ctx.parent(use.node, use.stmt)
    if (
        isinstance(parent, ast.Call)
        and isinstance(parent.func, ast.Name)
        and parent.func.id in ("getattr", "hasattr")
        and parent.args[0] is use.node
    ):
        if parent.func.id == "hasattr" and _has(ctx, use, parent):
            return True
        return ctx.manual(
            use, "T2M104", f"an attribute of {use.name} is looked up by its name", "write out what it may be"
        )
    return False


def _has(ctx: FileContext, use: Use, call: ast.Call) -> bool:
    """Answer whether torch has a name: yes where its uses are converted, no where MindSpore has no counterpart."""
    name = call.args[1] if len(call.args) == 2 else None
    if not isinstance(name, ast.Constant) or not isinstance(name.value, str):
        return False
    full = ctx.know.canonical(f"{use.name}.{name.value}")
    module = _COUNTERPARTS.get(use.name)
    row = ctx.tables.rows.get(full)
    if module is not None and full in ctx.tables.torch_names and f"{module}.{name.value}" in ctx.tables.mindspore_names:
        has = True
    elif row is not None:
        has = not row.body.unsupported
    elif f"{use.name}.{name.value}" in _DEVICES | _COMPILERS or (
        full not in ctx.tables.torch_names and _is_public(ctx, full)
    ):
        has = False
    else:
        return False
    answer(ctx, call, use.stmt, has)
    if has or f"{use.name}.{name.value}" in _DEVICES:
        return ctx.converted(use, str(has))
    return ctx.adapted(use, "False", f"MindSpore has no counterpart of {full}: the way without it is taken")


def _is_public(ctx: FileContext, name: str) -> bool:
    """Whether all of a name is public, and no module: what was captured of torch holds all such names."""
    parts = name.split(".")
    below = any(other.startswith(f"{name}.") for other in ctx.tables.torch_names)
    return not below and not any(part.startswith("_") for part in parts) and parts[-1] not in _MODULES


_COUNTERPARTS = {"torch.nn": "mindspore.nn", "torch.nn.functional": "mindspore.ops"}
_DEVICES = frozenset(
    f"torch.{module}" for module in ("mps", "backends.mps", "xpu", "npu", "hpu", "mlu", "musa", "mtia", "neuron")
)
_COMPILERS = frozenset({"torch.compiler", "torch._dynamo", "torch.export"})
_MODULES = frozenset({"compiler", "export", "distributed", "func", "fx", "ao", "library", "serialization", "masked"})


RULE = Rule(
    sites={
        name: _module
        for name in (
            "torch",
            "torch.backends",
            "torch.compiler",
            "torch.cuda",
            "torch.linalg",
            "torch.nn",
            "torch.nn.functional",
            "torch.nn.init",
            "torch.optim",
            "torch.optim.lr_scheduler",
        )
    }
)
