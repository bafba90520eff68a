"""Converts `train()`, `eval()` and assignments to `training` to `set_train`, because that sets the mode of a Cell."""

from __future__ import annotations

import ast

from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.rows.bind import UNCALLED
from torch2ms.rewrite.rules.shared.questions import argument, has_stars, is_literal


def _train(ctx: FileContext, use: Use) -> bool:
    call = use.call
    if call is None or use.receiver is None or has_stars(call):
        return ctx.manual(use, "T2M206", "the method train is used without being called", UNCALLED)
    mode = argument(call, 0, "mode")
    if mode is None or is_literal(mode, True):
        ctx.replace(call, "{self}.set_train()", {"self": use.receiver})
    else:
        ctx.replace(call, "{self}.set_train({mode})", {"self": use.receiver, "mode": mode})
    return ctx.converted(use, "mindspore.nn.Cell.set_train")


def _eval(ctx: FileContext, use: Use) -> bool:
    if use.call is None or use.receiver is None:
        return ctx.manual(use, "T2M206", "the method eval is used without being called", UNCALLED)
    ctx.replace(use.call, "{self}.set_train(False)", {"self": use.receiver})
    return ctx.converted(use, "mindspore.nn.Cell.set_train")


def _training(ctx: FileContext, use: Use) -> bool:
    assert isinstance(use.node, ast.Attribute)
    if isinstance(use.node.ctx, ast.Load):
        return ctx.converted(use, "mindspore.nn.Cell.training")
    stmt = use.stmt
    if isinstance(stmt, ast.Assign) and stmt.targets == [use.node] and use.receiver is not None:
        if _in_override(ctx, use):
            ctx.replace_stmt(stmt, "{self}.add_flags(training={mode})", {"self": use.receiver, "mode": stmt.value})
            message = "the flag of this Cell alone is set here; graph mode compiles for the mode set_train() gives"
            return ctx.check(use, "mindspore.nn.Cell.add_flags", message)
        # torch changes this module alone, but a Cell with children is only ever switched as a whole.
        ctx.replace_stmt(stmt, "{self}.set_train({mode})", {"self": use.receiver, "mode": stmt.value})
        return ctx.check(
            use,
            "mindspore.nn.Cell.set_train",
            "set_train() reaches the children, an assignment to training in torch does not",
        )
    return ctx.manual(use, "T2M202", "training cannot be changed this way", "call set_train(mode)")


def _in_override(ctx: FileContext, use: Use) -> bool:
    """Whether a class's own `train`, which becomes its `set_train`, sets its flag: it must not call itself."""
    owner = ctx.facts.owners.get(use.stmt)
    name = getattr(owner.node, "name", "") if owner is not None and owner.cls is not None else ""
    return name == "train" and isinstance(use.receiver, ast.Name) and use.receiver.id == "self"


RULE = Rule(
    sites={
        "torch.nn.Module.train": _train,
        "torch.nn.Module.eval": _eval,
        "torch.nn.Module.training": _training,
    }
)
