"""Converts members of optimizers and schedulers, but for those that belong to a training step and need its gradients.

`scheduler.step()` and `param_groups` are the same in MindSpore. A `step()` or `zero_grad()` of an optimizer that the
rule `training_step` could not convert is reported.
"""

from __future__ import annotations

import ast

from torch2ms.mapping.schema import Row
from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use
from torch2ms.source import kinds as k

_HINT = "grad_fn = ms.value_and_grad(forward_fn, None, weights); loss, grads = grad_fn(x, y); optimizer(grads)"


def _decide(ctx: FileContext, use: Use, row: Row | None) -> bool:
    """A member of an optimizer or scheduler: the same in MindSpore only where the step does not depend on gradients."""
    if row is not None or not isinstance(use.receiver_kind, k.Instance) or not use.name.startswith("torch.optim."):
        return False
    member = use.name.rpartition(".")[2]
    if ".lr_scheduler." in use.name and member == "step" and use.call is not None and not use.call.args:
        return ctx.converted(use, "mindspore.experimental.optim.lr_scheduler.LRScheduler.step")
    if member in ("step", "zero_grad"):
        return ctx.manual(use, "T2M401", f"{member}() belongs to a training step, a function of its own here", _HINT)
    if member == "param_groups":
        return ctx.converted(use, "mindspore.experimental.optim.Optimizer.param_groups")
    if member == "get_last_lr" and _is_item(ctx, use.call):
        return ctx.converted(use, "mindspore.experimental.optim.lr_scheduler.LRScheduler.get_last_lr")
    if member == "defaults" and ".lr_scheduler." not in use.name and _is_item(ctx, use.node):
        return ctx.converted(use, "mindspore.experimental.optim.Optimizer.defaults")
    if member == "get_last_lr" and use.call is not None and use.receiver is not None:
        # MindSpore's rates are Tensors.
        ctx.replace(use.call, "[float(str(rate.asnumpy())) for rate in {self}.get_last_lr()]", {"self": use.receiver})
        return ctx.converted(use, "mindspore.experimental.optim.lr_scheduler.LRScheduler.get_last_lr")
    owner = "a scheduler" if ".lr_scheduler." in use.name else "an optimizer"
    return ctx.manual(use, "T2M401", f"{owner} has no .{member} in MindSpore")


def _is_item(ctx: FileContext, node: ast.expr | None) -> bool:
    """Whether one item is picked from a value; the rule `learning_rate` makes a rate a number."""
    if node is None:
        return False
    parent = ctx.parents.of(node)
    if not isinstance(parent, ast.Subscript) or parent.value is not node or not isinstance(parent.ctx, ast.Load):
        return False
    return isinstance(parent.slice, (ast.Constant, ast.UnaryOp, ast.Name))


RULE = Rule(row=_decide)
