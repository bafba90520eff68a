"""What the uses of a parameter tell of its dtype, where no call in the file does: bits are those of integers."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from torch2ms.rewrite.dtype_tables import FLOAT_LAYERS
from torch2ms.rewrite.elements import Elements, Family
from torch2ms.source import kinds as k
from torch2ms.source.facts import Facts
from torch2ms.source.parents import Parents

_BITS = (ast.BitAnd, ast.BitOr, ast.BitXor, ast.LShift, ast.RShift)
_OF_INTS = frozenset(["torch.nn.functional.one_hot", "torch.nn.functional.embedding", "torch.bincount"])
_LAYERS_OF_INTS = frozenset(["torch.nn.Embedding", "torch.nn.EmbeddingBag"])
_OF_MASKS = frozenset(["masked_fill", "masked_fill_", "masked_select", "masked_scatter"])


def by_uses(names: Iterable[ast.Name], facts: Facts, parents: Parents) -> Elements | None:
    """The elements of a value that is read in these places; None where they say nothing, or different things."""
    found = {family for name in names if (family := _use(name, facts, parents)) is not None}
    return Elements(found.pop()) if len(found) == 1 else None


def _use(name: ast.Name, facts: Facts, parents: Parents) -> Family | None:
    parent = parents.of(name)
    match parent:
        case ast.BinOp(left=left, right=right, op=op) if isinstance(op, _BITS):
            other = right if left is name else left
            return "int" if facts.kind(other) is k.INT else None
        case ast.Call(args=[first, *_]) if first is name:
            return _argument(parent, facts)
        case ast.Call(func=ast.Attribute(attr=method), args=[first, *_]) if first is name and method in _OF_MASKS:
            return "bool"
    return None


def _argument(call: ast.Call, facts: Facts) -> Family | None:
    """What the first argument of a call has to be."""
    callee = k.settle(facts.calls.get(call, k.UNKNOWN))
    if isinstance(callee, k.Module) and callee.classes:
        if all(cls in _LAYERS_OF_INTS for cls in callee.classes):
            return "int"
        names = [cls.rpartition(".")[2] if isinstance(cls, str) else "" for cls in callee.classes]
        return "float" if all(name in FLOAT_LAYERS and "Embedding" not in name for name in names) else None
    if isinstance(callee, k.Ref) and callee.name in _OF_INTS:
        return "int"
    if isinstance(call.func, ast.Attribute) and call.func.attr in _OF_MASKS and not isinstance(callee, k.Ref):
        return "bool"
    return "bool" if isinstance(callee, k.Ref) and callee.name == "torch.where" and len(call.args) == 3 else None
