"""Converts `torch.nn.init` of a slice, a plain tensor or a `.data`, because the rows can fill only a whole Parameter.

The rows write `w.set_data(initializer(...))`. The `.data` of a Parameter is the Parameter itself; an element or a
slice is assigned; a tensor that is no Parameter is bound anew. Where an optimizer may have made a step, and where a
tensor may be no Parameter, `ops.assign` writes the values: a Parameter that is set then is no longer trained.
"""

from __future__ import annotations

import ast

from torch2ms.mapping.schema import Row
from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.plan import Template
from torch2ms.rewrite.rows.bind import Bound, Refused, bind
from torch2ms.rewrite.rows.conditions import simple
from torch2ms.rewrite.rules.shared.holders import Reach, holders_of
from torch2ms.rewrite.rules.shared.set_parameters import may_set_data
from torch2ms.source import kinds as k

_NAMES = (
    "constant_ dirac_ eye_ kaiming_normal_ kaiming_uniform_ normal_ ones_ orthogonal_ sparse_ trunc_normal_ "
    "uniform_ xavier_normal_ xavier_uniform_ zeros_"
)
_FILL = {"zeros_": "0", "ones_": "1", "constant_": "{val}"}
_SET = "{tensor}.set_data("
_SYMMETRIC = "initializer(Uniform({b}), {tensor}.shape, {tensor}.dtype)"
_DRAWN = ".init_data()"


def initialise(ctx: FileContext, use: Use) -> bool:
    """Decide a `torch.nn.init` site the rows would get wrong."""
    row = ctx.tables.rows.get(use.name)
    if use.call is None or row is None:
        return False
    bound = bind(use.call, row.signatures, None, None)
    if bound is None or "tensor" not in bound.args:
        return False
    tensor = bound.args["tensor"].value
    if isinstance(tensor, ast.Attribute) and tensor.attr == "data":
        ctx.replace(tensor, Template("{parameter}", {"parameter": tensor.value}))
        data = ctx.site(tensor)
        if data is not None:
            ctx.converted(data, "mindspore.Parameter")
        tensor = tensor.value
    whole = isinstance(use.stmt, ast.Expr) and use.stmt.value is use.call
    if isinstance(tensor, ast.Subscript) and _is_part(ctx, tensor):
        fill = _FILL.get(use.name.rpartition(".")[2])
        if fill is None or not whole:
            hint = "assign initializer(...).init_data() to the part"
            return ctx.manual(use, "T2M303", "an initializer fills a whole Parameter", hint)
        value = ctx.calls.fill(fill, bound, {})
        if isinstance(value, Refused):
            return ctx.manual(use, value.code, value.message, value.hint)
        ctx.replace_stmt(use.stmt, "{part} = {value}", {"part": tensor, "value": value})
        return ctx.converted(use, "mindspore.Tensor.__setitem__")
    text = _new_value(ctx, use, row, bound, tensor)
    if text is None:
        return False
    kind = ctx.kind(tensor)
    if whole and isinstance(tensor, ast.Name) and kind is k.TENSOR:
        holders = holders_of(ctx, use.call)
        if holders is None or holders.reach is Reach.ALONE:
            return _write(ctx, use, row, bound, f"{{tensor}} = {text}")
    if kind is k.TENSOR or (kind is k.PARAMETER and not may_set_data(ctx, tensor, use.stmt)):
        return _write(ctx, use, row, bound, f"ops.assign({{tensor}}, {text})")
    if use.name.endswith("uniform_") and text == _SYMMETRIC + _DRAWN:
        return _write(ctx, use, row, bound, f"{_SET}{_SYMMETRIC})")
    return False


def _is_part(ctx: FileContext, node: ast.Subscript) -> bool:
    """Whether a subscript picks from a tensor, not from a list of Parameters."""
    if isinstance(node.slice, (ast.Slice, ast.Tuple)) or k.is_tensor(ctx.kind(node.value)):
        return True
    return isinstance(node.value, ast.Attribute) and node.value.attr in ("weight", "bias")


def _symmetric(bound: Bound) -> bool:
    """Whether the bounds of uniform_ are -b and b: what Uniform(b) draws from."""
    if "a" not in bound.args or "b" not in bound.args or "generator" in bound.args:
        return False
    low, high = bound.args["a"].value, bound.args["b"].value
    if not isinstance(low, ast.UnaryOp) or not isinstance(low.op, ast.USub):
        return False
    return ast.dump(low.operand) == ast.dump(high)


def _new_value(ctx: FileContext, use: Use, row: Row, bound: Bound, tensor: ast.expr) -> str | None:
    """The template of the values to be written; None where the row does not say it by `set_data`."""
    if use.name.endswith("uniform_") and _symmetric(bound) and simple(tensor):
        return _SYMMETRIC + _DRAWN
    body = ctx.calls.choose(row, bound)
    if isinstance(body, Refused) or body.expr is None or not body.expr.startswith(_SET):
        return None
    text = body.expr.removeprefix(_SET).removesuffix(")")
    return text + _DRAWN if text.startswith("initializer(") else text


def _write(ctx: FileContext, use: Use, row: Row, bound: Bound, text: str) -> bool:
    """Carry out a form of the call: a statement where it binds the tensor anew, else an expression."""
    body = ctx.calls.choose(row, bound)
    plan = ctx.calls.fill(text, bound, {} if isinstance(body, Refused) else body.args)
    if use.call is None or isinstance(plan, Refused):
        return False
    if text.startswith("{tensor} = "):
        ctx.replace_stmt(use.stmt, plan)
    else:
        ctx.replace(use.call, plan)
    return ctx.converted(use, "mindspore.common.initializer.initializer")


RULE = Rule(sites={f"torch.nn.init.{name}": initialise for name in _NAMES.split()})
