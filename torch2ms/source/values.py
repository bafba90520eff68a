"""What operations on values of known kinds give. Everything here is a function of kinds (and of the tables)."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from torch2ms.source import kinds as k
from torch2ms.source import members as m
from torch2ms.source.knowledge import Knowledge, named_kind
from torch2ms.source.syntax import int_literal


class Call(NamedTuple):
    """A call, and the kinds of what it passes. `keywords` has the key None for `**kwargs`."""

    node: ast.Call
    args: Sequence[k.Kind]
    keywords: Mapping[str | None, k.Kind]


# ---------------------------------------------------------------------- one value


def stored(kind: k.Kind) -> k.Kind:
    """The kind of a value that is kept: an API that is stored is no longer a textual reference."""
    return k.StoredApi(kind.name) if isinstance(kind, k.Ref) else kind


def is_likely_tensor(kind: k.Kind) -> bool:
    """Whether a value that is not known yet is taken for a tensor on little evidence."""
    return kind in k.TENSORS or (isinstance(kind, k.Var) and kind.weak)


def may_be_tensor(kind: k.Kind) -> bool:
    """Whether a value of this known kind may also be a tensor elsewhere: a number, an array."""
    return kind in k.TENSORS or kind in k.NUMBERS or kind is k.NONE or kind is k.NDARRAY


def is_unseen(kind: k.Kind) -> bool:
    """Whether a value is unknown, or an attribute of something unknown: `model.norm.weight`."""
    if isinstance(kind, k.Member):
        owner = k.settle(kind.receiver)
        return owner is k.UNKNOWN or not isinstance(owner, (k.Plain, k.Seq, k.Mapping_))
    return kind is k.UNKNOWN


def own_classes(kind: k.Kind) -> Iterator[k.ClassInfo]:
    """The classes of this file a module or an object may be of."""
    if isinstance(kind, k.Module):
        for cls in kind.classes:
            if isinstance(cls, k.ClassInfo):
                yield cls
    elif isinstance(kind, k.Instance) and isinstance(kind.cls, k.ClassInfo):
        yield kind.cls


_CONSTANTS: dict[type, k.Kind] = {type(None): k.NONE, bool: k.BOOL, int: k.INT, float: k.FLOAT, str: k.STR}


def constant(value: object) -> k.Kind:
    """The kind of a literal."""
    return _CONSTANTS.get(type(value), k.OTHER)


# ---------------------------------------------------------------------- parts of a value

_KEYED_CONTAINERS = frozenset({"torch.nn.ModuleDict", "torch.nn.ParameterDict"})


def child(container: k.Module) -> k.Kind:
    """The kind of the children of a container: some module, when nothing is known of them."""
    elem = k.settle(container.elem)
    return elem if elem is not k.UNKNOWN else k.Module()


def element(kind: k.Kind) -> k.Kind:
    """The kind of what iterating over a value gives."""
    kind = k.settle(kind)
    if isinstance(kind, k.Seq):
        return k.join_all(kind.items) if kind.items else kind.elem
    if kind in k.TENSORS or isinstance(kind, k.Named):
        return k.TENSOR
    if kind is k.SHAPE:
        return k.INT
    if kind is k.STR or isinstance(kind, k.Mapping_):
        return k.STR
    if isinstance(kind, k.Module):
        return child(kind) if _KEYED_CONTAINERS.isdisjoint(kind.classes) else k.STR
    return k.NDARRAY if kind is k.NDARRAY else k.UNKNOWN


def item(base: k.Kind, index: ast.expr) -> k.Kind | None:
    """The kind of `base[index]`; None when nothing is known of the base."""
    if base in k.TENSORS or isinstance(base, k.Named):
        return k.TENSOR
    if base is k.SHAPE:
        return k.SHAPE if isinstance(index, ast.Slice) else k.INT
    if isinstance(base, k.Seq):
        if isinstance(index, ast.Slice):
            return k.Seq(base.name, element(base))
        position = int_literal(index)
        if base.items is not None and position is not None and -len(base.items) <= position < len(base.items):
            return base.items[position]
        return element(base)
    if isinstance(base, k.Mapping_):
        key = index.value if isinstance(index, ast.Constant) else None
        return base.field(key) if isinstance(key, str) else base.value
    if isinstance(base, k.Module):
        return base if isinstance(index, ast.Slice) else child(base)
    return base if base is k.STR or base is k.NDARRAY else None


def with_item(base: k.Mapping_, index: ast.expr, value: k.Kind) -> k.Mapping_:
    """A dict that gets another value: `base[index] = value`. What an annotation promises of all of them stays."""
    key = index.value if isinstance(index, ast.Constant) else None
    if base.fields is None:
        return base
    if not isinstance(key, str):
        return k.Mapping_(k.join(base.value, value) if base.fields else value)
    fields = {**dict(base.fields), key: value}
    return k.Mapping_(k.join_all(fields.values()), tuple(fields.items()))


def collated(kind: k.Kind) -> k.Kind:
    """What a loader makes of the items of a data set, one batch of them: numbers and arrays become tensors."""
    kind = k.settle(kind)
    if kind in k.TENSORS or kind in k.NUMBERS or kind is k.NDARRAY:
        return k.TENSOR
    if kind is k.STR:
        return k.Seq("list", k.STR)
    if isinstance(kind, k.Seq):
        items = None if kind.items is None else tuple(map(collated, kind.items))
        return k.Seq("list", collated(kind.elem) if items is None else k.join_all(items), items)
    if isinstance(kind, k.Mapping_):
        fields = None if kind.fields is None else tuple((name, collated(value)) for name, value in kind.fields)
        return k.Mapping_(collated(kind.value), fields)
    return k.UNKNOWN


def pairs(value: k.Kind, name: str = "generator") -> k.Kind:
    """What `.items()` and the like give: pairs of a name and a value, in a sequence of this name."""
    return k.Seq(name, k.Seq("tuple", k.UNKNOWN, (k.STR, value)))


def second(kind: k.Kind) -> k.Kind | None:
    """The second part of a pair; None when a value is not known to be one."""
    kind = k.settle(kind)
    if isinstance(kind, k.Seq) and kind.items is not None and len(kind.items) == 2:
        return kind.items[1]
    return None


def contents(kind: k.Kind, alone: bool) -> k.Kind:
    """The kind of the children that an argument gives a container: itself, or what it holds.

    `alone`: nothing else is passed, so that a container hands over its children.
    """
    kind = k.settle(kind)
    if isinstance(kind, k.Mapping_):
        inner = k.settle(kind.value)
    elif isinstance(kind, k.Seq) or (isinstance(kind, k.Module) and kind.elem is not k.UNKNOWN and alone):
        inner = k.settle(element(kind))
    else:
        return kind
    value = second(inner)
    return inner if value is None else value


# ---------------------------------------------------------------------- operators


def arithmetic(a: k.Kind, b: k.Kind, op: ast.operator) -> k.Kind:
    """The kind of `a op b`."""
    a, b = k.settle(a), k.settle(b)
    if a in k.TENSORS or b in k.TENSORS:
        return k.TENSOR
    if a is k.STR:
        return k.STR
    if a in k.NUMBERS and b in k.NUMBERS:
        if k.NUMPY in (a, b):
            return k.NUMPY
        if isinstance(op, ast.Div) or k.FLOAT in (a, b):
            return k.FLOAT
        return k.INT if a in (k.INT, k.BOOL) and b in (k.INT, k.BOOL) else k.NUMBER
    if a is k.NDARRAY or b is k.NDARRAY:
        return k.NDARRAY
    if isinstance(op, ast.Add):
        if a is k.SHAPE or b is k.SHAPE:
            return k.SHAPE
        if isinstance(a, k.Seq) and isinstance(b, k.Seq):
            if a.items is None or b.items is None:
                return k.Seq(a.name, k.join(element(a), element(b)))
            items = a.items + b.items
            return k.Seq(a.name, k.join_all(items), items)
    if isinstance(op, ast.Mult):
        for operand in (a, b):
            if isinstance(operand, k.Seq):
                return k.Seq(operand.name, element(operand))
    return k.UNKNOWN


def comparison(kinds: Sequence[k.Kind], ops: Sequence[ast.cmpop]) -> k.Kind:
    """The kind of a comparison; UNKNOWN where it is that of an operand nothing is known of."""
    if any(isinstance(op, (ast.Is, ast.IsNot, ast.In, ast.NotIn)) for op in ops):
        return k.BOOL
    if any(k.is_tensor(kind) for kind in kinds):
        return k.TENSOR
    if any(k.settle(kind) is k.NDARRAY for kind in kinds):
        return k.NDARRAY
    if all(k.known(kind) is not k.UNKNOWN for kind in kinds):
        return k.BOOL
    return k.UNKNOWN


def beside_number(left: k.Kind, right: k.Kind) -> tuple[k.Kind, ...]:
    """The operand that stands beside a number, if one does: it is a tensor if the result is one."""
    left, right = k.settle(left), k.settle(right)
    if right in k.NUMBERS:
        return (left,)
    return (right,) if left in k.NUMBERS else ()


# ---------------------------------------------------------------------- names and attributes

BUILTIN_NAMES: dict[str, k.Kind] = {"__name__": k.STR, "__file__": k.STR}

BUILTIN_CALLS: dict[str, k.Kind] = {
    "len": k.INT,
    "int": k.INT,
    "float": k.FLOAT,
    "str": k.STR,
    "repr": k.STR,
    "bool": k.BOOL,
    "isinstance": k.BOOL,
    "hasattr": k.BOOL,
    "callable": k.BOOL,
    "any": k.BOOL,
    "all": k.BOOL,
    "range": k.Seq("list", k.INT),
    "print": k.NONE,
    "ord": k.INT,
    "hash": k.INT,
    "id": k.INT,
    "input": k.STR,
    "open": k.OTHER,
}

TENSOR_ATTRIBUTES: dict[str, k.Kind] = {
    "shape": k.SHAPE,
    "dtype": k.DTYPE,
    "device": k.DEVICE,
    "requires_grad": k.BOOL,
    "is_cuda": k.BOOL,
    "is_leaf": k.BOOL,
    "is_sparse": k.BOOL,
    "ndim": k.INT,
    "itemsize": k.INT,
    "nbytes": k.INT,
    "T": k.TENSOR,
    "mT": k.TENSOR,
    "H": k.TENSOR,
    "mH": k.TENSOR,
    "real": k.TENSOR,
    "imag": k.TENSOR,
    "grad": k.TENSOR,
    "grad_fn": k.OTHER,
}

LAYER_ATTRIBUTES: dict[str, k.Kind] = {
    "weight": k.PARAMETER,
    "bias": k.PARAMETER,
    "running_mean": k.BUFFER,
    "running_var": k.BUFFER,
    "num_batches_tracked": k.BUFFER,
    "in_proj_weight": k.PARAMETER,
    "in_proj_bias": k.PARAMETER,
    "weight_ih_l0": k.PARAMETER,
    "weight_hh_l0": k.PARAMETER,
    "in_features": k.INT,
    "out_features": k.INT,
    "in_channels": k.INT,
    "out_channels": k.INT,
    "num_features": k.INT,
    "num_embeddings": k.INT,
    "embedding_dim": k.INT,
    "groups": k.INT,
    "eps": k.FLOAT,
    "kernel_size": k.Seq("tuple", k.INT),
    "stride": k.Seq("tuple", k.INT),
    "dilation": k.Seq("tuple", k.INT),
    "training": k.BOOL,
}

NUMPY_SCALARS: dict[str, k.Kind] = {
    "prod": k.NUMPY,
    "sqrt": k.NUMPY,
    "log": k.NUMPY,
    "exp": k.NUMPY,
    "ceil": k.NUMPY,
    "floor": k.NUMPY,
    "random.seed": k.NONE,
    "random.rand": k.NUMPY,
    "random.randint": k.NUMPY,
    "random.uniform": k.NUMPY,
    "save": k.NONE,
    "load": k.UNKNOWN,
    "float32": k.NUMPY,
    "float64": k.NUMPY,
    "int64": k.NUMPY,
    "int32": k.NUMPY,
}
NUMPY_ELEMENTWISE = frozenset({"sqrt", "log", "exp", "ceil", "floor", "float32", "float64", "int64", "int32"})
"""Those of them that give an array when they get one."""
NUMPY_SIZES = {"random.rand": 1, "random.randint": 3, "random.uniform": 3}
"""Functions that give an array when they get so many arguments, the last of which is its size."""
ARRAY_ATTRIBUTES: dict[str, k.Kind] = {"shape": k.Seq("tuple", k.INT), "T": k.NDARRAY}

STR_METHODS: dict[str, k.Kind] = {name: named_kind(text) for name, text in m.STR_RETURNS.items()}

OPEN_ATTRIBUTES: dict[str, k.Kind] = {"shape": k.Seq("tuple", k.INT), "ndim": k.INT}
"""Of a tensor as of an array of another library."""

TUPLE_METHODS: dict[str, k.Kind] = dict.fromkeys(("index", "count", "numel"), k.INT)
"""Of a tuple and of a `torch.Size`."""

LIST_METHODS: dict[str, k.Kind] = dict.fromkeys(("append", "extend", "sort", "reverse", "insert"), k.NONE)

ARRAY_METHODS: dict[str, k.Kind] = {"item": k.NUMBER, "tolist": k.Seq("list")}
ARRAY_REDUCTIONS = frozenset("prod sum max min mean std var argmax argmin ptp trace".split())
"""Methods of an array that give a number when they are told nothing."""

MODULE_METHODS: dict[str, k.Kind] = {
    "parameters": k.Seq("generator", k.PARAMETER),
    "named_parameters": pairs(k.PARAMETER),
    "buffers": k.Seq("generator", k.BUFFER),
    "named_buffers": pairs(k.BUFFER),
    "modules": k.Seq("generator", k.Module()),
    "named_modules": pairs(k.Module()),
    "named_children": pairs(k.Module()),
    "state_dict": k.Mapping_(k.TENSOR),
    "keys": k.Seq("list", k.STR),
    "get_submodule": k.Module(),
    "get_parameter": k.PARAMETER,
}

SAME_MODULE = frozenset("to cuda cpu half float double bfloat16 type train eval requires_grad_ apply".split())
"""Methods of a module that return it."""

SAME_OBJECT = frozenset({"to", "cuda", "cpu", "train", "eval"})
"""Methods whose result is of the receiver's own kind, whatever it is."""

# ---------------------------------------------------------------------- methods of a tensor

VALUES_AND_INDICES = k.Named(("values", "indices"))

_TENSOR_METHODS: dict[str, k.Kind] = {
    # what only MindSpore has: an output is read again
    **dict.fromkeys(("astype", "expand_dims", "copy"), k.TENSOR),
    **{name: named_kind(text) for name, text in m.TENSOR_SCALAR_METHODS.items()},
    **dict.fromkeys(("sort", "topk", "kthvalue", "mode", "cummax", "cummin"), VALUES_AND_INDICES),
    **dict.fromkeys(
        ("split", "chunk", "unbind", "tensor_split", "hsplit", "vsplit", "split_with_sizes"), k.Seq("tuple", k.TENSOR)
    ),
}

_SAME_PARAMETER = frozenset({"copy_", "requires_grad_", "cuda", "cpu"})


def _extreme(call: Call) -> k.Kind:
    along = "dim" in call.keywords or (bool(call.args) and k.known(call.args[0]) in k.NUMBERS)
    return VALUES_AND_INDICES if along else k.TENSOR


def nonzero(call: Call) -> k.Kind:
    """What `nonzero` gives: a tensor, or one for each axis with `as_tuple=True`."""
    asked = next((keyword.value for keyword in call.node.keywords if keyword.arg == "as_tuple"), None)
    if asked is None or (isinstance(asked, ast.Constant) and asked.value is False):
        return k.TENSOR
    return k.Seq("tuple", k.TENSOR) if isinstance(asked, ast.Constant) else k.UNKNOWN


_TENSOR_METHODS_BY_ARGUMENTS: dict[str, Callable[[Call], k.Kind | None]] = {
    "size": lambda call: k.INT if call.args or call.keywords else k.SHAPE,
    "max": _extreme,
    "min": _extreme,
    "median": lambda call: VALUES_AND_INDICES if call.args or call.keywords else k.TENSOR,
    "nanmedian": lambda call: VALUES_AND_INDICES if call.args or call.keywords else k.TENSOR,
    "nonzero": nonzero,
    "unique": lambda call: k.UNKNOWN if call.keywords else k.TENSOR,
}
"""None: the tables know."""


def tensor_call(knowledge: Knowledge, name: str, receiver: k.Kind, call: Call) -> k.Kind:
    """What a method of a tensor returns."""
    found = _TENSOR_METHODS.get(name)
    if found is None:
        by_arguments = _TENSOR_METHODS_BY_ARGUMENTS.get(name)
        found = None if by_arguments is None else by_arguments(call)
    if found is not None:
        return found
    if receiver is k.PARAMETER and name in _SAME_PARAMETER:
        return receiver
    qualified = f"torch.Tensor.{name}"
    result = knowledge.result(qualified)
    if result is k.UNKNOWN:
        row = knowledge.tables.rows.get(qualified)
        if row is not None:
            return k.UNKNOWN if row.returns == "unknown" else k.TENSOR
        if qualified in knowledge.tables.torch_signatures:
            return k.TENSOR
    return result


def chain(callee: k.Member, call: Call) -> tuple[k.Kind, ...]:
    """The receiver of a method that gives a tensor only if it has one: `y` of `y.reshape(2, 3).unsqueeze(0)`."""
    receiver = k.settle(callee.receiver)
    if not isinstance(receiver, k.Var):
        return ()
    if callee.name in m.SAME_KIND_METHODS or callee.name in m.SIZE_METHODS:
        return (receiver,)
    if callee.name in m.CHAIN_METHODS and all(map(_is_plain_argument, (*call.args, *call.keywords.values()))):
        return (receiver,)
    return ()


def _is_plain_argument(kind: k.Kind) -> bool:
    """Whether an argument is a number, an axis, a shape or a dtype."""
    known = k.known(kind)
    return known in k.NUMBERS or known in (k.SHAPE, k.DTYPE) or isinstance(known, k.Seq)


# ---------------------------------------------------------------------- calls of a module


def sequential_result(knowledge: Knowledge, callee: k.Module) -> k.Kind:
    """What a Sequential returns: a tensor where each child that it may have does."""
    elem = k.settle(callee.elem)
    if not isinstance(elem, k.Module) or not elem.classes:
        return k.UNKNOWN
    for cls in elem.classes:
        if not isinstance(cls, str) or knowledge.layer_result(cls) is not k.TENSOR:
            return k.UNKNOWN
    return k.TENSOR
