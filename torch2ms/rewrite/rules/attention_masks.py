"""Gives Transformer layers a padding mask of floats beside another mask, because MindSpore adds bools as numbers.

torch turns a bool `src_key_padding_mask` into 0 and -inf before it is added to a causal mask of floats, the usual pair
of masks. MindSpore adds `True` as 1, and what is masked takes part. Where both masks are given, and the first is not
evidently one of bools, the helper does what torch does. A call with one mask, or with two of bools, stays.
`nn.MultiheadAttention` is a helper that knows of this itself.

Of a sequence that is padding throughout, torch's layers give numbers. MindSpore's give NaN, and on CPU spoil other
sequences of the batch: whether there is such a one is not seen, so every call with a padding mask has a note.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping

from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.rules.shared.questions import argument, has_stars
from torch2ms.source import kinds as k

_NOTE = (
    "of a sequence that is padding throughout torch gives numbers, MindSpore NaN, and on CPU it spoils others of the "
    "batch: where there may be one, leave one of its places unmasked"
)

# The masks of a call and the padding masks that go with them: position and name.
_Pair = tuple[tuple[int, str], tuple[int, str]]
_DECODER: tuple[_Pair, ...] = (
    ((2, "tgt_mask"), (4, "tgt_key_padding_mask")),
    ((3, "memory_mask"), (5, "memory_key_padding_mask")),
)
_MASKS: Mapping[str, tuple[_Pair, ...]] = {
    "torch.nn.TransformerEncoderLayer": (((1, "src_mask"), (2, "src_key_padding_mask")),),
    "torch.nn.TransformerEncoder": (((1, "mask"), (2, "src_key_padding_mask")),),
    "torch.nn.TransformerDecoderLayer": _DECODER,
    "torch.nn.TransformerDecoder": _DECODER,
    "torch.nn.Transformer": (
        ((2, "src_mask"), (5, "src_key_padding_mask")),
        ((3, "tgt_mask"), (6, "tgt_key_padding_mask")),
        ((4, "memory_mask"), (7, "memory_key_padding_mask")),
    ),
}


def _finish(ctx: FileContext) -> None:
    for call, callee in ctx.facts.calls.items():
        kind = k.settle(callee)
        if not isinstance(kind, k.Module) or has_stars(call):
            continue
        for layer in kind.classes:
            if isinstance(layer, str) and layer in _MASKS:
                for mask, padding in _MASKS[layer]:
                    _pair(ctx, call, argument(call, *mask), argument(call, *padding))
                paddings = [argument(call, *padding) for _, padding in _MASKS[layer]]
                if any(padding is not None and not _is_none(padding) for padding in paddings):
                    _note(ctx, call, layer)


def _pair(ctx: FileContext, call: ast.Call, mask: ast.expr | None, padding: ast.expr | None) -> None:
    if mask is None or padding is None or _is_none(mask) or _is_none(padding) or _is_bool(mask):
        return
    stmt = ctx.stmt(call)
    if ctx.survives(call, stmt):
        ctx.surround(padding, f"{ctx.helper('float_mask')}({{value}})")
        ctx.structural(padding, stmt, "torch.nn.functional._canonical_mask", "float_mask")


def _note(ctx: FileContext, call: ast.Call, layer: str) -> None:
    stmt = ctx.stmt(call)
    if ctx.site(call.func) is None and ctx.survives(call, stmt):
        ctx.adapted(ctx.add_site(call.func, layer, stmt, call), "", _NOTE)


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _is_bool(node: ast.expr) -> bool:
    """Whether an expression is a comparison, or made a mask of bools where it stands."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Invert):
        node = node.operand
    match node:
        case ast.Compare():
            return True
        case ast.Call(func=ast.Attribute(attr="bool"), args=[], keywords=[]):
            return True
    return False


RULE = Rule(finish=_finish)
