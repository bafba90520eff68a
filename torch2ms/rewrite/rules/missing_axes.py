"""Gives layers and functions the axis that MindSpore asks for and torch does not: that of the batch, or any at all.

`conv(image)` of one image is `conv(image.expand_dims(0)).squeeze(0)`, and so is the softmax of a tensor without axes.
How many axes there are is known of what the file makes, indexes and passes itself; an input of which nothing is known
has a batch. A softmax whose `dim` may be None is computed by a helper, and a slope for `prelu` without axes gets one.
Recurrent layers and functions with several results are reported. What is clamped by tensors with more axes is brought
to their shape first. Targets of a CTC loss that are not known to be rows, one for each sequence, are made into them by
a helper.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping

from torch2ms.model import Outcome
from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.rows.conditions import simple
from torch2ms.rewrite.rules.shared.none_values import may_be_none
from torch2ms.rewrite.rules.shared.questions import argument, has_stars, input_of
from torch2ms.source import kinds as k


def _sized(space: str, names: Iterable[str], sizes: str = "123") -> Iterator[tuple[str, int]]:
    """Names for images of one, two and three dimensions, and how many axes those have with a batch and channels."""
    for name in names:
        for size in sizes:
            yield f"{space}.{name.format(size)}", int(size) + 2


_LAYERS: Mapping[str, int] = {
    **dict(_sized("torch.nn", ("Conv{}d", "ConvTranspose{}d", "InstanceNorm{}d"))),
    **dict(_sized("torch.nn", ("AdaptiveAvgPool{}d", "AdaptiveMaxPool{}d"), "1")),
    **{"torch.nn.Unfold": 4, "torch.nn.Fold": 3},
    **{f"torch.nn.{name}": 1 for name in ("Softmax", "LogSoftmax", "Softmin")},
}
"""Layers, and how many axes an input has at least in MindSpore, where torch does with one less."""
_FUNCTIONS: Mapping[str, int] = {
    **dict(_sized("torch.nn.functional", ("conv{}d", "conv_transpose{}d", "max_pool{}d", "avg_pool{}d"))),
    **dict(_sized("torch", ("conv{}d", "conv_transpose{}d"))),
    **dict(_sized("torch.nn.functional", ("adaptive_avg_pool{}d", "adaptive_max_pool{}d"), "1")),
    **{"torch.nn.functional.unfold": 4, "torch.nn.functional.fold": 3},
    **{
        f"{space}.{name}": 1
        for space in ("torch", "torch.Tensor", "torch.nn.functional")
        for name in ("softmax", "log_softmax", "softmin", "cumsum", "cumprod")
    },
}
_WITHOUT_DIM: Mapping[str, str] = {
    "torch.nn.functional.softmax": "functional_softmax",
    "torch.nn.functional.log_softmax": "functional_log_softmax",
    "torch.nn.Softmax": "softmax_cell",
    "torch.nn.LogSoftmax": "log_softmax_cell",
    "torch.nn.functional.softmin": "functional_softmin",
    "torch.nn.Softmin": "softmin_cell",
}
"""Functions and layers whose `dim` may be None in torch, and the helpers for that."""
_RULE_OF_TORCH = "where dim is None: axis 0 of an input with 1 or 3 dimensions, otherwise axis 1"
_RECURRENT: Mapping[str, int] = {
    name: 3 - name.endswith("Cell")
    for name in (f"torch.nn.{name}{cell}" for name in ("LSTM", "GRU", "RNN") for cell in ("", "Cell"))
}
_WITH_PLACES = frozenset(
    f"{space}.{name}" for space in ("torch", "torch.Tensor") for name in ("sort", "topk", "argsort")
)
_SELECTING = frozenset(["torch.index_select", "torch.Tensor.index_select"])
_CLAMPING = frozenset(f"{space}.{name}" for space in ("torch", "torch.Tensor") for name in ("clamp", "clip"))
_CTC = ("torch.nn.functional.ctc_loss", "torch.nn.CTCLoss")
_OF_NUMBERS = ("torch.tensor", "torch.LongTensor", "torch.IntTensor")
_FORWARD = "torch.nn.Module.forward"


def _finish(ctx: FileContext) -> None:
    """Look at the calls of layers, then at those of functions."""
    for call, kind in ctx.facts.calls.items():
        kind = k.settle(kind)
        if isinstance(kind, k.Module) and kind.classes and len(call.args) > 0 and not has_stars(call):
            layers = {ctx.know.canonical(cls) if isinstance(cls, str) else "" for cls in kind.classes}
            if ctx.has_place(call, ctx.stmt(call)):
                if layers == {_CTC[1]}:
                    _ctc(ctx, call)
                else:
                    _layer(ctx, call, layers)
    for use in ctx.sites():
        if use.call is not None and ctx.outcome(use) in (Outcome.CONVERTED, Outcome.ADAPTED):
            if not ctx.has_place(use.call, use.stmt):
                continue
            if use.name == _CTC[0]:
                _ctc(ctx, use.call)
            elif not _without_dim(ctx, use, use.call):
                _function(ctx, use, use.call)


def _axes(ctx: FileContext, node: ast.expr) -> int | None:
    found = ctx.dtypes.of(node)
    return None if found is None or found.number else found.axes


def _layer(ctx: FileContext, call: ast.Call, layers: set[str]) -> None:
    """`self.conv(image)`."""
    wanted = {_LAYERS.get(layer, 0) or _RECURRENT.get(layer, 0) for layer in layers}
    if len(wanted) != 1 or 0 in wanted or _axes(ctx, call.args[0]) != wanted.pop() - 1:
        return
    if layers <= _RECURRENT.keys():
        layer = min(layers)
        use = ctx.site(call.func) or ctx.add_site(call.func, layer, ctx.stmt(call), call)
        message = f"{layer.rpartition('.')[2]} takes no input without an axis for the batch in MindSpore"
        ctx.check(use, "", message, hint="add the axis, and squeeze it out of the results")
        return
    _add(ctx, call, call.args[0])
    if ctx.site(call.func) is None:
        ctx.structural(call.func, ctx.stmt(call), _FORWARD, "mindspore.nn.Cell.construct")


def _ctc(ctx: FileContext, call: ast.Call) -> None:
    """`criterion(log_probs, targets, input_lengths, target_lengths)`."""
    targets, lengths = argument(call, 1, "targets"), argument(call, 3, "target_lengths")
    if targets is None or lengths is None:
        return
    for node in (argument(call, 2, "input_lengths"), lengths):
        if node is not None and (isinstance(ctx.kind(node), k.Seq) or isinstance(node, (ast.Tuple, ast.List))):
            ctx.surround(node, "ms.tensor({value})")
    found = ctx.dtypes.of(targets)
    if found is not None and found.axes == 2:
        return
    written = _written_out(ctx, lengths)
    if simple(lengths) or written is not None:
        ctx.surround(targets, f"{ctx.helper('padded_targets')}({{value}}, {ctx.text(written or lengths)})")
        return
    use = ctx.site(call.func) or ctx.add_site(call.func, _CTC[1], ctx.stmt(call), call)
    ctx.check(
        use, "", "MindSpore takes the targets of CTC as rows, one for each sequence", hint="pad them to one length"
    )


def _written_out(ctx: FileContext, node: ast.expr) -> ast.expr | None:
    """The numbers of `(3, 2)` or `torch.tensor([3, 2])`; None where they are not written out."""
    if isinstance(node, ast.Call) and len(node.args) == 1 and ctx.site(node.func) is not None:
        name = ctx.know.canonical(ctx.facts.refs.get(node.func, ""))
        return _written_out(ctx, node.args[0]) if name in _OF_NUMBERS else None
    parts = (ast.Tuple, ast.List, ast.Constant, ast.Load)
    return node if all(isinstance(part, parts) for part in ast.walk(node)) else None


def _add(ctx: FileContext, call: ast.Call, given: ast.expr) -> None:
    ctx.surround(given, "{value}.expand_dims(0)")
    ctx.surround(call, "{value}.squeeze(0)")


def _without_dim(ctx: FileContext, use: Use, call: ast.Call) -> bool:
    """`F.softmax(x, dim=dim)`, `nn.Softmax(dim)` where `dim` may be None."""
    helper = _WITHOUT_DIM.get(use.name)
    is_layer = use.name.startswith("torch.nn.") and use.name.count(".") == 2
    dim = argument(call, 0 if is_layer else 1, "dim") if helper is not None else None
    if helper is None or not isinstance(dim, ast.Name) or has_stars(call) or not may_be_none(ctx, dim, use.stmt):
        return False
    given = None if is_layer else argument(call, 0, "input")
    dtype = next((word.value for word in call.keywords if word.arg == "dtype"), None)
    named = {"input": given, "dim": dim, "dtype": dtype}
    values = {name: node for name, node in named.items() if node is not None}
    text = ", ".join(f"dtype={{{name}}}" if name == "dtype" else f"{{{name}}}" for name in values)
    name = ctx.helper(helper)
    ctx.replace(call, f"{name}({text})", values)
    return ctx.adapted(use, name, _RULE_OF_TORCH)


def _function(ctx: FileContext, use: Use, call: ast.Call) -> None:
    """`F.conv2d(image, weight)`, `x.softmax(0)`."""
    if use.name == "torch.nn.functional.prelu":
        weight = argument(call, 1, "weight")
        if weight is not None and _axes(ctx, weight) == 0:
            ctx.surround(weight, "{value}.reshape(1)")
        return
    if use.name in _CLAMPING:
        _clamp(ctx, use, call)
        return
    count = _FUNCTIONS.get(use.name)
    places = use.name in _WITH_PLACES
    if count is None and not places and use.name not in _SELECTING:
        return
    given = input_of(use)
    if use.name in _SELECTING:
        index = argument(call, 1 if use.receiver is not None else 2, "index")
        if index is not None and _axes(ctx, index) == 0:
            ctx.surround(index, "{value}.reshape(1)")
    elif given is not None and _axes(ctx, given) == (0 if count is None else count - 1):
        if not places:
            _add(ctx, call, given)
            return
        name = use.name.rpartition(".")[2]
        message = f"{name} takes no tensor without axes in MindSpore"
        ctx.check(use, "", message, hint="there is one value: x itself, at 0")


def _clamp(ctx: FileContext, use: Use, call: ast.Call) -> None:
    """`x.clamp(lowest)`, where the bound has more axes than what is clamped."""
    given, place = input_of(use), 0 if use.receiver is not None else 1
    for node in (argument(call, place, "min"), argument(call, place + 1, "max")):
        if given is None or node is None or not k.is_tensor(ctx.kind(node)):
            continue
        axes, more = _axes(ctx, given), _axes(ctx, node)
        if axes is not None and more is not None and axes < more and simple(node):
            ctx.surround(given, f"{{value}}.broadcast_to({ctx.text(node)}.shape)")
            return


RULE = Rule(finish=_finish)
