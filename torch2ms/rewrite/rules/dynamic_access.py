"""Reports APIs of torch that are looked up by name, because which one is meant is known only when the program runs.

`getattr(torch, name)` is left. `hasattr(nn, "SiLU")` asks for the version of torch; where MindSpore has the name too,
its module answers the same.
"""

from __future__ import annotations

import ast

from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use


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
    """Ask MindSpore's module where it has the name as well: the answer stays yes."""
    name = call.args[1] if len(call.args) == 2 else None
    module = _COUNTERPARTS.get(use.name)
    if module is None or not isinstance(name, ast.Constant) or not isinstance(name.value, str):
        return False
    in_torch = ctx.know.canonical(f"{use.name}.{name.value}") in ctx.tables.torch_names
    if not in_torch or f"{module}.{name.value}" not in ctx.tables.mindspore_names:
        return False
    ctx.replace(use.node, ctx.spell(module))
    return ctx.converted(use, module)


_COUNTERPARTS = {"torch.nn": "mindspore.nn", "torch.nn.functional": "mindspore.ops"}


RULE = Rule(
    sites={
        name: _module
        for name in (
            "torch",
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
