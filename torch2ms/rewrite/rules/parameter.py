"""Makes an `nn.Parameter` a `mindspore.Parameter`, whose arguments differ, and `register_parameter` an assignment.

`name` is left out: an unnamed Parameter takes its attribute's path. `layerwise_parallel` and `parallel_optimizer` keep
their defaults. `requires_grad=False` acts in the front end only. A view is copied: an optimizer does not train a
Parameter that keeps the memory of a slice or a transposed tensor, and `ops.assign` takes none of a view.
"""

from __future__ import annotations

import ast

from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.plan import ArgEdit, CallEdit
from torch2ms.rewrite.rules.shared.questions import argument, has_stars, is_literal, is_whole_statement
from torch2ms.rewrite.rules.shared.set_parameters import is_view

_NOTE = "requires_grad=False keeps a Parameter out of trainable_params(); its gradient is still computed"


def _parameter(ctx: FileContext, use: Use) -> bool:
    call = use.call
    if call is None:
        return False
    if has_stars(call):
        return ctx.manual(use, "T2M203", "the arguments cannot be seen here")
    data, requires_grad = argument(call, 0, "data"), argument(call, 1, "requires_grad")
    if data is None:
        return ctx.manual(use, "T2M202", "a Parameter without data has no counterpart", "give it a tensor")
    if is_literal(data, None):
        return ctx.manual(use, "T2M202", "a Parameter of None has no counterpart", "leave the attribute None")
    if is_view(data):
        ctx.surround(data, "{value}.copy()")
    edits = []
    for arg in call.args:
        edits.append(ArgEdit(arg, None if arg is call.args[0] else "requires_grad"))
    for keyword in call.keywords:
        edits.append(ArgEdit(keyword, "default_input" if keyword.arg == "data" else keyword.arg))
    ctx.replace(call, CallEdit(ctx.spell("mindspore.Parameter"), tuple(edits)))
    if requires_grad is not None and not is_literal(requires_grad, True):
        return ctx.adapted(use, "mindspore.Parameter", _NOTE, "T2M307")
    return ctx.converted(use, "mindspore.Parameter")


def _register_parameter(ctx: FileContext, use: Use) -> bool:
    call = use.call
    if call is None or use.receiver is None or has_stars(call) or not is_whole_statement(use):
        return ctx.manual(use, "T2M203", "the arguments cannot be seen here")
    name, param = argument(call, 0, "name"), argument(call, 1, "param")
    if name is None or param is None:
        return ctx.manual(use, "T2M203", "name and param are both needed")
    values = {"self": use.receiver, "name": name, "param": param}
    if isinstance(name, ast.Constant) and isinstance(name.value, str) and name.value.isidentifier():
        ctx.replace_stmt(use.stmt, f"{{self}}.{ctx.attribute_name(name.value)} = {{param}}", values)
        return ctx.converted(use, "mindspore.Parameter")
    ctx.replace_stmt(use.stmt, "{self}.insert_param_to_cell({name}, {param})", values)
    return ctx.converted(use, "mindspore.nn.Cell.insert_param_to_cell")


RULE = Rule(
    sites={
        "torch.nn.Parameter": _parameter,
        "torch.nn.Module.register_parameter": _register_parameter,
    }
)
