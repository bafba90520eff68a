"""Passes the inputs of a layer by position, `fc(input=x)` as `fc(x)`: MindSpore's layers name theirs otherwise.

What cannot stand by position gets the name that MindSpore has for it. The states of an LSTM are given as a tuple, and
targets that are integers as floats to the losses that ask for them: MindSpore refuses others. `is_causal`, which only
says what a mask of a Transformer layer is, goes.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from torch2ms.mapping.schema import Row
from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.plan import ArgEdit, CallEdit, Items, Template, Value
from torch2ms.rewrite.rules.shared.questions import is_literal
from torch2ms.source import kinds as k

_FORWARD = "torch.nn.Module.forward"
_WITHOUT_FORWARD = frozenset({"torch.nn.Module", "torch.nn.ModuleList", "torch.nn.ModuleDict"})
_ATTENTION = "torch.nn.MultiheadAttention"
_OF_ATTENTION = ("query", "key", "value")
"""Calling MindSpore's attention takes these by position."""
_CONSTRUCT = re.compile(r"def construct\(\s*self,([^)]*)\)")
_FLOAT_TARGETS = {
    "torch.nn.HingeEmbeddingLoss": 1,
    "torch.nn.MarginRankingLoss": 2,
    "torch.nn.SmoothL1Loss": 1,
    "torch.nn.SoftMarginLoss": 1,
}
# Hints, and the masks they speak of.
_HINTS = {
    "is_causal": ("src_mask", "mask"),
    "src_is_causal": ("src_mask",),
    "tgt_is_causal": ("tgt_mask",),
    "memory_is_causal": ("memory_mask",),
}
_RECURRENT = frozenset({"torch.nn.LSTM", "torch.nn.GRU", "torch.nn.RNN"})


def _finish(ctx: FileContext) -> None:
    """Look at the calls of layers."""
    for call, kind in ctx.facts.calls.items():
        kind = k.settle(kind)
        if isinstance(kind, k.Member) and kind.name == "forward":
            kind = k.settle(kind.receiver)
        if not isinstance(kind, k.Module) or not kind.classes or ctx.plan(call) is not None:
            continue
        layers = [_layer(ctx, cls) for cls in kind.classes]
        if all(layer is not None for layer in layers):
            _call(ctx, call, [layer for layer in layers if layer is not None])


def _layer(ctx: FileContext, cls: str | k.ClassInfo) -> str | None:
    """The layer of torch whose forward the objects of a class run; None where it is another."""
    if isinstance(cls, k.ClassInfo):
        if cls.method("forward") is not None or len(cls.torch_bases) != 1:
            return None
        cls = cls.torch_bases[0]
    name = ctx.know.canonical(cls)
    is_computing = name.startswith("torch.nn.") and ctx.know.is_layer(name) and name not in _WITHOUT_FORWARD
    return name if is_computing else None


def _inputs(ctx: FileContext, layer: str) -> tuple[str, ...]:
    """What the forward of a layer of torch takes, by name; where it is that of a common base, it takes one input."""
    signatures = ctx.tables.torch_signatures.get(f"{layer}.forward")
    return ("input",) if signatures is None else tuple(param.name for param in signatures[0].params)


def _call(ctx: FileContext, call: ast.Call, layers: Sequence[str]) -> None:
    if any(isinstance(arg, ast.Starred) for arg in call.args) or any(keyword.arg is None for keyword in call.keywords):
        return
    names = {_inputs(ctx, layer) for layer in layers}
    if len(names) != 1:
        return
    inputs = next(iter(names))
    hints = _hints(call, inputs) if all(layer.startswith("torch.nn.Transformer") for layer in layers) else []
    edits = [edit for edit in _by_position(ctx, call, inputs, layers) if edit.source not in hints]
    renamed = any(not _keeps(ctx, layer, str(keyword.arg)) for keyword in call.keywords for layer in layers)
    if not (hints or renamed) and all(edit.value is None for edit in edits):
        return
    if ctx.site(call.func) is None:
        ctx.structural(call.func, ctx.stmt(call), _FORWARD, "mindspore.nn.Cell.construct")
    ctx.replace(call, CallEdit(None, tuple(edits)))


def _hints(call: ast.Call, inputs: Sequence[str]) -> list[ast.keyword]:
    """The hints of a call beside a mask that is given; without one, those that say nothing."""
    given = {*inputs[: len(call.args)], *(keyword.arg for keyword in call.keywords)}
    return [
        keyword
        for keyword in call.keywords
        if keyword.arg in _HINTS
        and (
            given.intersection(_HINTS[keyword.arg])
            or is_literal(keyword.value, False)
            or is_literal(keyword.value, None)
        )
    ]


def _keeps(ctx: FileContext, layer: str, name: str) -> bool:
    """Whether an input may be given to MindSpore's layer under the name that it has in torch."""
    row = ctx.tables.rows.get(layer)
    if row is None or (layer == _ATTENTION and name in _OF_ATTENTION):
        return False
    if row.body.helper is not None:
        found = _CONSTRUCT.search(ctx.tables.helpers[row.body.helper].source)
        return found is not None and re.search(rf"\b{name}\b", found[1]) is not None
    signature = ctx.tables.mindspore_signatures.get(f"{row.body.to}.construct")
    return signature is not None and signature.get(name) is not None


def _by_position(ctx: FileContext, call: ast.Call, names: Sequence[str], layers: Sequence[str]) -> list[ArgEdit]:
    """The arguments of a call, as many as possible by position."""
    given = {keyword.arg: keyword for keyword in call.keywords}
    edits = [ArgEdit(arg, None, _in_type(ctx, arg, layers, place)) for place, arg in enumerate(call.args)]
    for place in range(len(call.args), len(names)):
        keyword = given.pop(names[place], None)
        if keyword is None:
            break
        edits.append(ArgEdit(keyword, None, _in_type(ctx, keyword.value, layers, place)))
    for name, keyword in given.items():
        place = names.index(name) if name in names else -1
        edits.append(
            ArgEdit(keyword, _name(ctx, str(name), place, layers), _in_type(ctx, keyword.value, layers, place))
        )
    return edits


def _in_type(ctx: FileContext, node: ast.expr, layers: Sequence[str], place: int) -> Value | None:
    """A list of states as a tuple, integers as floats where they are the targets of a loss; None for others."""
    if _RECURRENT.issuperset(layers) and place == 1:
        return _as_tuple(ctx, node)
    if all(_FLOAT_TARGETS.get(layer) == place for layer in layers):
        found = ctx.dtypes.of(node)
        if found is not None and not found.number and found.family in ("bool", "int"):
            return Template("{v}.float()", {"v": node})
    return None


def _as_tuple(ctx: FileContext, node: ast.expr) -> Value | None:
    kind = k.settle(ctx.kind(node))
    if not isinstance(kind, k.Seq) or kind.name not in ("list", k.EITHER):
        return None
    if isinstance(node, ast.List):
        return Template("{v}", {"v": Items(tuple(node.elts))})
    return Template("tuple({v})", {"v": node})


def _name(ctx: FileContext, name: str, place: int, layers: Sequence[str]) -> str:
    """What MindSpore calls an input of a layer."""
    found = {_target_name(ctx, ctx.tables.rows.get(layer), name, place) for layer in layers}
    return found.pop() if len(found) == 1 else name


def _target_name(ctx: FileContext, row: Row | None, name: str, place: int) -> str:
    if row is None or row.body.to is None or place < 0:
        return name
    signature = ctx.tables.mindspore_signatures.get(f"{row.body.to}.construct")
    params = () if signature is None else signature.positional
    return params[place].name if place < len(params) else name


RULE = Rule(finish=_finish, after=("attention_masks",))
