"""Reports a dropout rate of 1, which MindSpore's layers do not take, and makes rates that are integers floats.

`nn.Dropout(1.0)` and `ops.dropout(x, 1.0)` raise in MindSpore, where torch drops everything; dropout of whole channels
takes a rate of 1. A rate given as an integer raises in the functions where they train; of layers the table says it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from torch2ms.model import Outcome
from torch2ms.rewrite.analysis.flow import parameter_names
from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.rules.shared.questions import argument, has_stars, is_literal
from torch2ms.source import kinds as k

_LAYERS = ("torch.nn.Dropout", "torch.nn.Dropout1d", "torch.nn.Dropout2d", "torch.nn.Dropout3d")
_FUNCTIONS = (
    "torch.nn.functional.dropout",
    "torch.nn.functional.dropout1d",
    "torch.nn.functional.dropout2d",
    "torch.nn.functional.dropout3d",
    "torch.dropout",
)
_ALL = "a rate of 1 raises in MindSpore: torch drops everything"
_MAY_BE_ALL = "the rate may be 1, which raises in MindSpore: torch drops everything"
_HINT = "write ops.zeros_like(x) where the model trains, and x where it does not"


def _decide(ctx: FileContext, use: Use) -> bool:
    """A layer or function whose rate may be 1, or an integer; the row decides the others."""
    call = use.call
    if call is None or has_stars(call):
        return False
    is_layer = use.name in _LAYERS
    rate = argument(call, 0 if is_layer else 1, "p")
    if rate is None:
        return False
    if not is_layer and use.name != "torch.nn.functional.dropout1d":
        _make_float(ctx, rate)
    if not use.name.endswith("ropout"):
        return False  # whole channels: MindSpore takes a rate of 1
    if _is_one(rate):
        return ctx.manual(use, "T2M202", _ALL, _HINT) if is_layer else _everything(ctx, use, call)
    return False


def _finish(ctx: FileContext) -> None:
    """Report what is converted and has a rate that is 1 somewhere in the file."""
    for use in ctx.sites():
        if use.call is None or has_stars(use.call) or ctx.outcome(use) is not Outcome.CONVERTED:
            continue
        if use.name in (_LAYERS[0], _FUNCTIONS[0], _FUNCTIONS[-1]):
            rate = argument(use.call, 0 if use.name in _LAYERS else 1, "p")
        elif use.name.startswith("torch.nn."):
            rate = next((word.value for word in use.call.keywords if word.arg in ("dropout", "dropout_p")), None)
        else:
            continue
        decision = ctx.decision(use.node)
        if rate is not None and decision is not None and decision.mindspore != "mindspore.ops.zeros_like":
            trains = argument(use.call, 2, "train" if use.name == "torch.dropout" else "training")
            if any(map(_is_one, _values(ctx, rate, use.stmt))) and not is_literal(trains, False):
                ctx.check(use, decision.mindspore, _MAY_BE_ALL, "T2M202", _HINT)


def _make_float(ctx: FileContext, rate: ast.expr) -> None:
    if isinstance(rate, ast.Constant):
        if type(rate.value) is int:
            ctx.replace(rate, f"{rate.value}.0")
    elif k.settle(ctx.kind(rate)) in (k.INT, k.BOOL, k.NUMBER, k.NUMPY):
        ctx.replace(rate, "float({rate})", {"rate": rate})


def _everything(ctx: FileContext, use: Use, call: ast.Call) -> bool:
    """A call that drops everything: zeros where it trains."""
    value = argument(call, 0, "input")
    trains = argument(call, 2, "training" if use.name != "torch.dropout" else "train")
    in_place = argument(call, 3, "inplace")
    if value is None or not (in_place is None or is_literal(in_place, False)):
        return ctx.manual(use, "T2M202", _ALL, _HINT)
    if is_literal(trains, False):
        return False
    if trains is None or is_literal(trains, True):
        ctx.replace(call, "ops.zeros_like({x})", {"x": value})
    elif isinstance(value, ast.Name):
        ctx.replace(call, "(ops.zeros_like({x}) if {trains} else {x})", {"x": value, "trains": trains})
    else:
        return ctx.manual(use, "T2M202", _ALL, _HINT)
    return ctx.converted(use, "mindspore.ops.zeros_like")


def _is_one(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) in (int, float) and node.value == 1


def _values(ctx: FileContext, rate: ast.expr, stmt: ast.stmt) -> Iterator[ast.expr]:
    """What a name is seen to hold: assigned, the default of a parameter, an item of what a loop runs through."""
    match rate:
        case ast.Constant():
            yield rate
        case ast.BinOp(left=ast.Constant(value=1 | 1.0), op=ast.Sub(), right=kept):
            values = (value for value in _values(ctx, kept, stmt) if isinstance(value, ast.Constant))
            yield from (ast.Constant(1) for value in values if value.value == 0)
    if not isinstance(rate, ast.Name):
        return
    scope: ast.AST = ctx.blocks.scope(stmt)
    if isinstance(scope, (ast.FunctionDef, ast.AsyncFunctionDef)) and rate.id in parameter_names(scope):
        args = scope.args
        positional = [*args.posonlyargs, *args.args]
        pairs = [
            *zip(positional[::-1], args.defaults[::-1], strict=False),
            *zip(args.kwonlyargs, args.kw_defaults, strict=True),
        ]
        yield from (default for arg, default in pairs if arg.arg == rate.id and default is not None)
        return
    stores = list(ctx.blocks.stores(rate.id, scope)) or list(ctx.blocks.stores(rate.id, ctx.tree))
    for node, place in stores:
        match place:
            case ast.Assign(targets=[target], value=value) if target is node:
                yield value
            case ast.AnnAssign(target=target, value=ast.expr() as value) if target is node:
                yield value
            case ast.For(target=target, iter=ast.Tuple(elts=elts) | ast.List(elts=elts)) if target is node:
                yield from elts


RULE = Rule(sites=dict.fromkeys((*_LAYERS, *_FUNCTIONS), _decide), finish=_finish)
