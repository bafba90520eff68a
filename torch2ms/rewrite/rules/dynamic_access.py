"""`getattr(torch, name)`, `hasattr(nn, name)`: which API is meant is known only when the program runs."""

from __future__ import annotations

import ast

from torch2ms.rewrite.engine import Rewriter, Rule, Use


def _module(rw: Rewriter, use: Use) -> bool:
    parent = rw.parent(use.node, use.stmt)
    if (
        isinstance(parent, ast.Call)
        and isinstance(parent.func, ast.Name)
        and parent.func.id in ("getattr", "hasattr")
        and parent.args[0] is use.node
    ):
        return rw.manual(
            use, "T2M104", f"an attribute of {use.name} is looked up by its name", "write out what it may be"
        )
    return False


RULES: dict[str, Rule] = {
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
