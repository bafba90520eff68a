"""Copies a tensor by its own method, because `copy.deepcopy` of one shares its memory in MindSpore.

`copy.deepcopy(x)` becomes `x.copy()`: what is written to one of the two later (`y[0] = 1`) would change the other as
well. Cells, and their Parameters, are copied as in torch. A list or a dict of tensors is reported, and so is
`copy.copy` of a tensor, which shares its memory in torch, and does not in MindSpore.
"""

from __future__ import annotations

import ast

from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.source import kinds as k

_SITE = "copy.deepcopy"
_SHALLOW = "copy.copy"


def _finish(ctx: FileContext) -> None:
    """Look at the calls of `copy.deepcopy`."""
    if ctx.uses_mindspore or not ("deepcopy" in ctx.source.text or _SHALLOW in ctx.source.text):
        return
    for call in ctx.facts.of_type(ast.Call):
        if not isinstance(call.func, ast.Attribute | ast.Name):
            continue
        name = ast.unparse(call.func)
        if name not in (_SITE, "deepcopy", _SHALLOW):
            continue
        stmt = ctx.parents.stmt(call)
        if len(call.args) != 1 or call.keywords or ctx.plan(call) is not None or not ctx.survives(call, stmt):
            continue
        kind = k.settle(ctx.kind(call.args[0]))
        if name == _SHALLOW:
            if k.is_tensor(kind):
                message = "torch's copy shares its memory with the tensor, MindSpore's does not"
                ctx.check(ctx.add_site(call, _SHALLOW, stmt), "", message, "T2M303", "write x where they are one")
        elif k.is_tensor(kind) and kind is not k.PARAMETER:
            ctx.replace(call, "{x}.copy()", {"x": call.args[0]})
            ctx.structural(call, stmt, _SITE, "mindspore.Tensor.copy")
        elif _holds_tensors(kind) and not _is_state(ctx, call.args[0]):
            message = "the tensors of the copy share their memory with those that were copied"
            ctx.check(ctx.add_site(call, _SITE, stmt), "", message, "T2M303", "copy them one by one: x.copy()")


def _holds_tensors(kind: k.Kind) -> bool:
    """Whether a list or a dict holds tensors other than Parameters."""
    match kind:
        case k.Seq(elem=elem, items=items):
            inner = [k.settle(one) for one in (elem, *(items or ()))]
        case k.Mapping_(value=value):
            inner = [k.settle(value)]
        case _:
            return False
    return any(k.is_tensor(one) and one is not k.PARAMETER for one in inner)


def _is_state(ctx: FileContext, node: ast.expr) -> bool:
    """Whether a dict is the state of a model, which holds Parameters in MindSpore."""
    if isinstance(node, ast.Name):
        found = ctx.dtypes.only_value(node)
        return isinstance(found, ast.Call) and _is_state(ctx, found)
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "state_dict"


RULE = Rule(finish=_finish)
