"""What a method call shows of the value whose method it is: whether that may be a tensor, and whether it must be one.

A name alone shows little: a namespace of functions (`self.lib.argmax(x, 2)`, `xp.unbind(x)`) has the names of a
tensor's methods too, and so have other libraries' arrays. What is asked is whether the arguments are those of the
method, and not those of a function of the same name, whose first argument is the tensor.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from enum import Enum

from torch2ms.mapping.schema import Signature
from torch2ms.source import kinds as k
from torch2ms.source import members as m
from torch2ms.source.knowledge import Knowledge
from torch2ms.source.values import Call

_NUMPY_SPELLINGS = {"axis": "dim", "axes": "dims", "keepdims": "keepdim", "a_min": "min", "a_max": "max"}
"""Keywords that torch takes for its own."""

_NO_TENSORS = frozenset(
    "dim dim0 dim1 dims axis axis0 axis1 keepdim k chunks size shape sizes repeats shifts n dtype non_blocking "
    "memory_format start sections split_size".split()
)
"""Parameters of methods that take no tensor of more than one element."""


class Fit(Enum):
    """How the arguments of a call go with the method of a tensor."""

    METHOD = "method"
    """They are those of the method."""
    EITHER = "either"
    """They may be those of the method, or those of a function whose first argument is the tensor."""
    NEITHER = "neither"
    """A tensor has no such method, or it takes no such arguments."""


def fit(knowledge: Knowledge, name: str, call: Call) -> Fit:
    """How a call of a method of this name goes with a tensor as its receiver."""
    if name not in knowledge.tensor_members:
        return Fit.NEITHER
    signatures = knowledge.tables.torch_signatures.get(f"torch.Tensor.{name}")
    if not signatures:
        return Fit.EITHER
    if any(isinstance(arg, ast.Starred) for arg in call.node.args) or None in call.keywords:
        return Fit.METHOD
    fitting = [signature for signature in signatures if _takes(signature, len(call.args), call)]
    first = k.known(call.args[0]) if call.args else k.NONE
    if first in k.TENSORS or _is_unseen(first):
        shorter = any(_takes(signature, len(call.args) - 1, call) for signature in signatures)
        if first in k.TENSORS:  # no number
            fitting = [signature for signature in fitting if _takes_tensor(signature)]
        if not fitting:
            return Fit.NEITHER
        return Fit.EITHER if shorter else Fit.METHOD
    if first is k.STR:
        fitting = [signature for signature in fitting if _takes_tensor(signature) or _first_name(signature) in _TEXTS]
    return Fit.METHOD if fitting else Fit.NEITHER


def _takes(signature: Signature, count: int, call: Call) -> bool:
    """Whether a signature takes so many arguments by position, and the keywords of a call."""
    positional = signature.positional
    if count > len(positional) and signature.variadic is None:
        return False
    given = {param.name for param in positional[:count]}
    for keyword in filter(None, call.keywords):
        name = _NUMPY_SPELLINGS.get(keyword, keyword)
        if name in given or (signature.get(name) is None and not signature.takes_any_keyword):
            return False
        given.add(name)
    if signature.variadic is not None and not count:
        return signature.variadic.name in given
    return all(param.default is not None or param.name in given for param in positional)


_TEXTS = frozenset({"dtype", "device", "args"})
"""Parameters that a name may be given for."""


def _takes_tensor(signature: Signature) -> bool:
    return _first_name(signature) not in ("", *_NO_TENSORS)


def _first_name(signature: Signature) -> str:
    first = signature.positional[0] if signature.positional else signature.variadic
    return "" if first is None else first.name


def _is_unseen(kind: k.Kind) -> bool:
    return kind is k.UNKNOWN or isinstance(kind, k.Member)


def _given(call: Call) -> list[k.Kind]:
    """The arguments by position, what is spread from a sequence apart."""
    pairs = zip(call.node.args, call.args, strict=False)
    return [kind for node, kind in pairs if not isinstance(node, ast.Starred)]


_SHOWS_TENSOR: dict[str, Callable[[Call, bool], bool]] = {
    **dict.fromkeys(m.TENSOR_ONLY_METHODS, lambda call, arrays: True),
    **dict.fromkeys(m.TENSOR_ONLY_BARE, lambda call, arrays: not call.args and not call.keywords),
    **dict.fromkeys(m.TENSOR_ONLY_NUMERIC, lambda call, arrays: bool(call.args) and _are_numbers(_given(call))),
    **dict.fromkeys(
        m.TENSOR_ONLY_TWO_NUMBERS,
        lambda call, arrays: len(call.args) + len(call.keywords) > 1 and _are_numbers(_given(call)),
    ),
    "clamp": lambda call, arrays: (
        (len(call.args) > 1 and _are_numbers(call.args)) or not call.keywords.keys().isdisjoint(("min", "max"))
    ),
    **dict.fromkeys(m.SIZE_METHODS, lambda call, arrays: not arrays and bool(call.args or call.keywords)),
    "view": lambda call, arrays: bool(call.args) and _is_number_or_sizes(call.args[0]),
    "transpose": lambda call, arrays: not arrays and len(call.args) > 1 and _are_numbers(call.args),
    "size": lambda call, arrays: len(call.args) == 1 and _are_numbers(call.args),
    "backward": lambda call, arrays: not call.args,
}


def _is_number_or_sizes(kind: k.Kind) -> bool:
    known = k.known(kind)
    return known in k.NUMBERS or known is k.SHAPE or (isinstance(known, k.Seq) and k.known(known.elem) in k.NUMBERS)


def _are_numbers(kinds: Sequence[k.Kind]) -> bool:
    return all(k.known(kind) in k.NUMBERS for kind in kinds)


def shows_tensor(name: str, call: Call, weak: bool, arrays: bool) -> bool:
    """Whether nothing but a tensor has a method of this name that is called like this, the arguments being those of the
    method (`Fit.METHOD`).

    `weak`: little is enough, for what arrives in a forward method or a module has returned. `arrays`: the file may hold
    arrays of other libraries.
    """
    if weak and (name in m.TENSOR_LIKELY or name in m.TENSOR_ONLY_METHODS):
        return True
    for keyword in ("dim", "keepdim"):
        if keyword in call.keywords and k.known(call.keywords[keyword]) is not k.STR:
            return True
    shows = _SHOWS_TENSOR.get(name)
    return shows is not None and shows(call, arrays)
