"""Converts `requires_grad`, with a note that MindSpore still computes the gradient of what is frozen.

There the flag acts in the front end only: it decides what `trainable_params()` returns. Only a Parameter has it.
"""

from __future__ import annotations

import ast

from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.rows.bind import UNCALLED
from torch2ms.rewrite.rules.shared.questions import argument, has_stars, is_literal, is_whole_statement
from torch2ms.rewrite.rules.shared.registered_buffers import are_known, every_parameter, mixed_names
from torch2ms.source import kinds as k

_NOTE = "requires_grad=False keeps a parameter out of trainable_params(); its gradient is still computed"


def _module(ctx: FileContext, use: Use) -> bool:
    call = use.call
    if call is None or use.receiver is None:
        return ctx.manual(use, "T2M206", "the method requires_grad_ is used without being called", UNCALLED)
    value = argument(call, 0, "requires_grad")
    if is_literal(value, False) and is_whole_statement(use):
        ctx.replace_stmt(
            use.stmt,
            "for param in {self}.get_parameters():\n    param.requires_grad = False",
            {"self": use.receiver},
        )
        return ctx.adapted(use, "mindspore.Parameter.requires_grad", _NOTE, "T2M307")
    mixed = mixed_names(ctx, use.receiver_kind)
    if mixed and is_whole_statement(use):
        return ctx.manual(use, "T2M307", f"{', '.join(mixed)}: a buffer of one class, a parameter of another")
    if is_whole_statement(use) and not has_stars(call):
        every = every_parameter(ctx, "parameters", use.receiver_kind)
        ctx.replace_stmt(
            use.stmt,
            f"for param in {every}:\n    param.requires_grad = {{value}}",
            {"self": use.receiver, "value": "True" if value is None else value},
        )
        if are_known(ctx, use.receiver_kind):
            return ctx.adapted(use, "mindspore.Parameter.requires_grad", _NOTE, "T2M307")
        return ctx.check(
            use,
            "mindspore.Parameter.requires_grad",
            "buffers must not become trainable, and those that other files register are not known here",
            "T2M307",
        )
    return ctx.manual(use, "T2M307", "requires_grad_() is not a statement of its own here")


def _attribute(ctx: FileContext, use: Use) -> bool:
    """`p.requires_grad`, read or set."""
    node = use.node
    assert isinstance(node, ast.Attribute)
    parameter = use.receiver_kind is k.PARAMETER
    if isinstance(node.ctx, ast.Load):
        if parameter:
            return ctx.converted(use, "mindspore.Parameter.requires_grad")
        return ctx.manual(use, "T2M403", "only a Parameter has requires_grad in MindSpore")
    if parameter:
        stmt = use.stmt
        if isinstance(stmt, ast.Assign) and is_literal(stmt.value, True):
            return ctx.converted(use, "mindspore.Parameter.requires_grad")
        return ctx.adapted(use, "mindspore.Parameter.requires_grad", _NOTE, "T2M307")
    return ctx.manual(use, "T2M403", "only a Parameter has requires_grad in MindSpore", "differentiate with ms.grad")


def _method(ctx: FileContext, use: Use) -> bool:
    """`p.requires_grad_(flag)` on one tensor."""
    call = use.call
    if call is None or use.receiver is None:
        return ctx.manual(use, "T2M206", "the method requires_grad_ is used without being called", UNCALLED)
    if use.receiver_kind is k.PARAMETER and is_whole_statement(use):
        value = argument(call, 0, "requires_grad")
        if value is None:
            ctx.replace_stmt(use.stmt, "{self}.requires_grad = True", {"self": use.receiver})
            return ctx.converted(use, "mindspore.Parameter.requires_grad")
        ctx.replace_stmt(use.stmt, "{self}.requires_grad = {value}", {"self": use.receiver, "value": value})
        return ctx.adapted(use, "mindspore.Parameter.requires_grad", _NOTE, "T2M307")
    return ctx.manual(use, "T2M403", "only a Parameter has requires_grad in MindSpore", "differentiate with ms.grad")


RULE = Rule(
    sites={
        "torch.nn.Module.requires_grad_": _module,
        "torch.Tensor.requires_grad": _attribute,
        "torch.Tensor.requires_grad_": _method,
    }
)
