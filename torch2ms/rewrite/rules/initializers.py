"""Converts `torch.nn.init` of a slice, a plain tensor or a `.data`, because the rows can fill only a whole Parameter.

The rows write `w.set_data(initializer(...))`. The `.data` of a Parameter is the Parameter itself; an element or a
slice is assigned; a tensor that is no Parameter is bound anew, or
written where something else holds it.
"""

from __future__ import annotations

import ast

from torch2ms.mapping.schema import Row
from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.plan import Template, Value
from torch2ms.rewrite.rows.bind import Bound, Refused, bind
from torch2ms.rewrite.rows.conditions import simple
from torch2ms.rewrite.rules.shared.holders import Reach, holders_of
from torch2ms.source import kinds as k

_NAMES = (
    "constant_ dirac_ eye_ kaiming_normal_ kaiming_uniform_ normal_ ones_ orthogonal_ sparse_ trunc_normal_ "
    "uniform_ xavier_normal_ xavier_uniform_ zeros_"
)
_FILL = {"zeros_": "0", "ones_": "1", "constant_": "{val}"}
_SET = "{tensor}.set_data("


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
    if use.name.endswith(".uniform_") and _symmetric(bound) and simple(tensor):
        values: dict[str, Value] = {"tensor": tensor, "bound": bound.args["b"].value}
        ctx.replace(use.call, _SET + "initializer(Uniform({bound}), {tensor}.shape, {tensor}.dtype))", values)
        return ctx.converted(use, "mindspore.common.initializer.Uniform")
    if not whole or not isinstance(tensor, ast.Name) or ctx.kind(tensor) is not k.TENSOR:
        return False
    holders = holders_of(ctx, use.call)
    if holders is None or holders.reach not in (Reach.ALONE, Reach.NAMES, Reach.WRITE):
        return False
    text = "{tensor} = {value}" if holders.reach is Reach.ALONE else "{tensor}.copy_({value})"
    return _rebind(ctx, use, row, bound, tensor, text)


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


def _rebind(ctx: FileContext, use: Use, row: Row, bound: Bound, tensor: ast.Name, statement: str) -> bool:
    body = ctx.calls.choose(row, bound)
    if isinstance(body, Refused) or body.expr is None or not body.expr.startswith(_SET):
        return False
    text = body.expr.removeprefix(_SET).removesuffix(")")
    if text.startswith("initializer("):
        text += ".init_data()"
    value = ctx.calls.fill(text, bound, body.args)
    if isinstance(value, Refused):
        return False
    ctx.replace_stmt(use.stmt, statement, {"tensor": tensor, "value": value})
    return ctx.converted(use, "mindspore.common.initializer.initializer")


RULE = Rule(sites={f"torch.nn.init.{name}": initialise for name in _NAMES.split()})
