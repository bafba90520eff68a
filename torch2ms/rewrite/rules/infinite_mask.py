"""Makes the `-inf` of a mask before a softmax finite, because MindSpore's softmax turns one such row into wrong rows.

In `scores.masked_fill(mask, float("-inf"))`, a row may be -inf throughout. On CPU, MindSpore's softmax then gives 0 in
every row, where torch gives NaN in that row alone. With -1e9 a masked entry still has probability 0, and no row can
spoil the others. The same goes for a mask before cross entropy, which is NaN in MindSpore as soon as a logit is -inf.
"""

from __future__ import annotations

import ast

from torch2ms.model import Outcome
from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.plan import Template
from torch2ms.source import kinds as k

_FINITE = "-1e9"
_FILLS = frozenset(
    ["torch.Tensor.masked_fill", "torch.Tensor.masked_fill_", "torch.masked_fill", "torch.where", "torch.Tensor.where"]
)
_SOFTMAX = frozenset(
    ["torch.softmax", "torch.nn.functional.softmax", "torch.Tensor.softmax", "torch.nn.functional.cross_entropy"]
)
_LAYERS = frozenset(["torch.nn.Softmax", "torch.nn.CrossEntropyLoss"])
_ASSIGNED = "mindspore.Tensor.__setitem__"
_NOTE = (
    f"-inf became {_FINITE}: of a row of -inf alone MindSpore's softmax would be zero everywhere, "
    "and its cross entropy of a -inf NaN"
)
_DOUBT = (
    "a softmax that meets a row of -inf alone is zero everywhere in MindSpore, and cross entropy of a -inf NaN: "
    "mask with -1e9 if one follows"
)


def _finish(ctx: FileContext) -> None:
    """Make the masks of functions with a softmax finite; where none is in sight, say what to watch."""
    masks = [
        (use, node)
        for use in ctx.sites()
        if use.name in _FILLS and use.call is not None
        for node in _infinite(ctx, use.call)
    ]
    assigned = [
        stmt
        for stmt in ctx.facts.owners
        if isinstance(stmt, ast.Assign)
        and _is_minus_infinity(ctx, stmt.value)
        and isinstance(stmt.targets[0], ast.Subscript)
        and k.is_tensor(ctx.kind(stmt.targets[0].value))
    ]
    if not masks and not assigned:
        return
    with_softmax = _functions_with_softmax(ctx)
    for use, node in masks:
        decision = ctx.decision(use.node)
        if decision is None or decision.outcome not in (Outcome.CONVERTED, Outcome.ADAPTED):
            continue
        if ctx.facts.owners.get(use.stmt) in with_softmax:
            ctx.replace(node, Template(_FINITE))
            ctx.adapted(use, decision.mindspore, _NOTE)
        else:
            ctx.check(use, decision.mindspore, _DOUBT)
    for stmt in assigned:
        use = ctx.add_site(stmt.targets[0], "torch.Tensor.__setitem__", stmt)
        if ctx.facts.owners.get(stmt) in with_softmax:
            ctx.replace(stmt.value, Template(_FINITE))
            ctx.adapted(use, _ASSIGNED, _NOTE)
        else:
            ctx.check(use, _ASSIGNED, _DOUBT)


def _functions_with_softmax(ctx: FileContext) -> set[k.FuncInfo | None]:
    """The functions (None: the module itself) that call a softmax, or a layer of that name."""
    found = {ctx.facts.owners.get(use.stmt) for use in ctx.sites() if use.name in _SOFTMAX}
    for call, callee in ctx.facts.calls.items():
        kind = k.settle(callee)
        if isinstance(kind, k.Module) and _LAYERS.intersection(kind.classes):
            found.add(ctx.facts.owners.get(ctx.stmt(call)))
    return found


def _infinite(ctx: FileContext, call: ast.Call) -> list[ast.expr]:
    values = [*call.args, *(keyword.value for keyword in call.keywords)]
    return [value for value in values if _is_minus_infinity(ctx, value)]


def _is_minus_infinity(ctx: FileContext, node: ast.expr) -> bool:
    """`float("-inf")`, `-float("inf")`, `-math.inf`, `-np.inf`, `-torch.inf`, or a name that stands for one of them."""
    if isinstance(node, ast.Name):
        stores = [place for place in ctx.parents.names(node.id) if not isinstance(place.ctx, ast.Load)]
        stmt = ctx.parents.of(stores[0]) if len(stores) == 1 else None
        return (
            isinstance(stmt, ast.Assign)
            and not isinstance(stmt.value, ast.Name)
            and _is_minus_infinity(ctx, stmt.value)
        )
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = node.operand
        return _is_float_call(inner, ("inf", "infinity")) or (isinstance(inner, ast.Attribute) and inner.attr == "inf")
    return _is_float_call(node, ("-inf", "-infinity"))


def _is_float_call(node: ast.expr, texts: tuple[str, ...]) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "float"
        and len(node.args) == 1
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
        and node.args[0].value.lower() in texts
    )


RULE = Rule(finish=_finish)
