"""Reports hooks that keep what a layer gives, in a file where something works in place.

In torch, what `register_forward_hook` is told of a layer is the tensor itself: an activation with `inplace=True` after
the layer changes it in the list or dict where the hook has put it. In MindSpore it stays what it was. A hook that keeps
a copy, or only reads a shape, sees the same in both.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from torch2ms.model import Outcome
from torch2ms.rewrite.analysis.sharing import Way
from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.rules.shared.questions import is_literal
from torch2ms.source import kinds as k

_HOOKS = ("torch.nn.Module.register_forward_hook", "torch.nn.Module.register_forward_pre_hook")
_KEEPING = frozenset("append add insert extend update setdefault appendleft put".split())
# What is still the tensor that the hook is told of, or shares memory with it.
_SAME = frozenset("detach data view reshape squeeze unsqueeze flatten permute transpose cpu to".split())

_MESSAGE = "in torch, what this hook keeps changes with the activations that work in place after the layer"
_HINT = "keep output.copy() in both, if the value before them is meant"


def _finish(ctx: FileContext) -> None:
    """Look at the hooks of a file that changes what layers give."""
    hooks = [use for use in ctx.sites() if use.name in _HOOKS]
    if not hooks or not _works_in_place(ctx):
        return
    for use in hooks:
        call = ctx.call_of(use.node)
        decision = ctx.decision(use.node)
        if call is None or decision is None or decision.outcome not in (Outcome.CONVERTED, Outcome.ADAPTED):
            continue
        if any(_keeps(function) for function in _functions(ctx, call)):
            ctx.check(use, decision.mindspore, _MESSAGE, "T2M303", _HINT)


def _works_in_place(ctx: FileContext) -> bool:
    """Whether a layer or a function of the file changes its input, which a layer may have given."""
    for call in ctx.facts.calls:
        for keyword in call.keywords:
            if keyword.arg == "inplace" and not is_literal(keyword.value, False):
                return True
    changes = ctx.sharing.changes().values()
    return any(isinstance(change.node, ast.Call) and change.way is not Way.WRITES for change in changes)


def _functions(ctx: FileContext, call: ast.Call) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda]:
    """The functions of the file that a call registers: its argument, or what a function returns that makes hooks."""
    for value in (*call.args[:1], *(keyword.value for keyword in call.keywords if keyword.arg == "hook")):
        kind = k.settle(ctx.kind(value))
        if isinstance(kind, k.FuncRef):
            yield kind.func.node
        elif isinstance(value, ast.Call):
            maker = k.settle(ctx.facts.calls.get(value, k.UNKNOWN))
            inner = ast.walk(maker.func.node) if isinstance(maker, k.FuncRef) else ()
            yield from (node for node in inner if isinstance(node, (ast.FunctionDef, ast.Lambda)))


def _keeps(function: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> bool:
    """Whether a hook puts its input or output where it outlives the call, without a copy."""
    arguments = function.args
    told = {arg.arg for arg in (*arguments.posonlyargs, *arguments.args)[1:]}
    outer = {name for node in ast.walk(function) if isinstance(node, (ast.Global, ast.Nonlocal)) for name in node.names}
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _KEEPING:
            if any(_is_same(value, told) for value in node.args):
                return True
        if isinstance(node, (ast.Assign, ast.AugAssign)) and _is_same(node.value, told):
            targets: Sequence[ast.expr] = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                if isinstance(target, (ast.Attribute, ast.Subscript)):
                    return True
                if isinstance(target, ast.Name):
                    told.add(target.id)
                    if target.id in outer:
                        return True
    return False


def _is_same(value: ast.expr, told: set[str]) -> bool:
    """Whether a value is, holds or shares memory with what a hook is told of."""
    match value:
        case ast.Name(id=name):
            return name in told
        case ast.Tuple(elts=items) | ast.List(elts=items):
            return any(_is_same(item, told) for item in items)
        case ast.Dict(values=items):
            return any(_is_same(item, told) for item in items)
        case ast.Subscript(value=of) | ast.Starred(value=of):
            return _is_same(of, told)
        case ast.IfExp(body=body, orelse=orelse):
            return _is_same(body, told) or _is_same(orelse, told)
        case ast.Call(func=ast.Attribute(value=of, attr=name)) | ast.Attribute(value=of, attr=name):
            return name in _SAME and _is_same(of, told)
    return False


RULE = Rule(finish=_finish)
