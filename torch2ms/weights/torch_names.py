"""The names a pickle of torch.save may hold, and what calling them means. Nothing is imported or called."""

from __future__ import annotations

import re
from _compat_pickle import IMPORT_MAPPING, NAME_MAPPING
from collections.abc import Callable, Mapping

from torch2ms.weights.dtypes import TORCH_STORAGES, DType
from torch2ms.weights.errors import OTHER_OBJECTS, WeightsError
from torch2ms.weights.pickled import (
    ForbiddenName,
    Global,
    Key,
    Opaque,
    PickledTensor,
    StorageKey,
    Value,
    as_key,
    broken,
)
from torch2ms.weights.tensor import Shape, strided

MAX_AXES = 64

_STORAGE = re.compile(r"torch(?:\.cuda|\.storage)?\.(_?\w*Storage)")
_TYPED = {name: dtype for dtype, name in TORCH_STORAGES.items()}
_UNTYPED = frozenset({"UntypedStorage", "_UntypedStorage"})
_DTYPES = {dtype.value: dtype for dtype in DType}
_DEFAULTS = frozenset({"builtins.list", "builtins.dict", "builtins.int", "builtins.float", "builtins.set"})
_OTHER_DTYPE = re.compile(r"(q?u?int|bits|float|complex)\d+(x\d+|_\w+)?")
_PLAIN_TENSORS = frozenset(
    {"torch.Tensor", "torch._tensor.Tensor", "torch.tensor.Tensor", "torch.nn.parameter.Parameter"}
    | {"torch.nn.parameter.Buffer"}
)
_SPECIAL = {
    "torch._utils._rebuild_sparse_tensor": "a sparse tensor",
    "torch._utils._rebuild_sparse_csr_tensor": "a sparse tensor",
    "torch._utils._rebuild_qtensor": "a quantized tensor",
    "torch._utils._rebuild_nested_tensor": "a nested tensor",
    "torch._utils._rebuild_meta_tensor_no_storage": "a tensor on the meta device, which has no values",
    "torch._utils._rebuild_wrapper_subclass": "a tensor of a class of its own",
    "torch._utils._rebuild_device_tensor_from_numpy": "a tensor saved through numpy",
    "torch._utils._rebuild_xla_tensor": "a tensor saved through numpy",
}


def modern(module: str, name: str) -> str:
    """The dotted name; pickles before protocol 3 use Python 2's names for the standard library."""
    module, name = NAME_MAPPING.get((module, name), (IMPORT_MAPPING.get(module, module), name))
    return f"{module}.{name}"


def named(module: str, name: str) -> Value:
    """What a name in the pickle stands for; ForbiddenName when it is none of torch.save's own."""
    full = modern(module, name)
    if full in _SPECIAL:
        raise WeightsError(f"holds {_SPECIAL[full]} ({full}): only plain dense tensors can be converted", OTHER_OBJECTS)
    if full in _CALLS or full in _PLAIN_TENSORS or full in _DEFAULTS:
        return Global(full)
    match = _STORAGE.fullmatch(full)
    if match is not None and (match[1] in _TYPED or match[1] in _UNTYPED):
        return Global(full)
    if match is not None:
        raise WeightsError(f"holds a {full}: this element type cannot be converted", OTHER_OBJECTS)
    if full == f"torch.{name}" and (name in _DTYPES or _OTHER_DTYPE.fullmatch(name)):
        return Opaque("dtype", _DTYPES.get(name, name))
    raise ForbiddenName(full)


# Calls


def call(function: Value, arguments: tuple[Value, ...]) -> Value:
    """What a function of torch.save returns for these arguments; WeightsError for any other."""
    if not isinstance(function, Global):
        raise WeightsError("the pickle calls something that is no name", OTHER_OBJECTS)
    handler = _CALLS.get(function.name)
    if handler is None:
        raise WeightsError(f"the pickle calls {function.name}, which plain data does not need", OTHER_OBJECTS)
    return handler(arguments)


def _dict(arguments: tuple[Value, ...]) -> Value:
    """OrderedDict() and Counter({...}); Python 2 passed a list of pairs."""
    made: dict[Key, Value] = {}
    match arguments:
        case ():
            return made
        case (dict(items),):
            return dict(items)
        case (list(pairs),):
            for pair in pairs:
                if not isinstance(pair, (list, tuple)) or len(pair) != 2:
                    raise broken("a dict is built from something that is no pair")
                made[as_key(pair[0])] = pair[1]
            return made
    raise broken("a dict is built from something else")


def _default_dict(arguments: tuple[Value, ...]) -> Value:
    if len(arguments) > 1 or not all(item is None or isinstance(item, Global) for item in arguments):
        raise broken("a defaultdict is built from something else")
    return {}


def _set(arguments: tuple[Value, ...]) -> Value:
    match arguments:
        case (list(items),) | (tuple(items),):
            return {as_key(item) for item in items}
    raise broken("a set is built from something else")


def _size(arguments: tuple[Value, ...]) -> Value:
    return _shape(arguments[0]) if len(arguments) == 1 else ()


def _opaque(kind: str) -> Callable[[tuple[Value, ...]], Value]:
    return lambda arguments: Opaque(kind)


def _encode(arguments: tuple[Value, ...]) -> Value:
    """`_codecs.encode(text, "latin1")`: how protocol 2 writes bytes."""
    match arguments:
        case (str(text), "latin1" | "latin-1"):
            try:
                return text.encode("latin-1")
            except UnicodeEncodeError:
                raise broken("bytes are no Latin-1") from None
    raise broken("bytes in an unknown encoding")


def _bytes(arguments: tuple[Value, ...]) -> Value:
    match arguments:
        case ():
            return b""
        case (bytes(data),):
            return data
    raise broken("bytes are built from something else")


def _complex(arguments: tuple[Value, ...]) -> Value:
    match arguments:
        case (float(real), float(imaginary)):
            return complex(real, imaginary)
    raise broken("a complex number is built from something else")


def _integer(value: Value) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise broken("a size is no number")
    return value


def _shape(value: Value) -> Shape:
    if not isinstance(value, (tuple, list)) or len(value) > MAX_AXES:
        raise broken("a shape is no tuple")
    return tuple(_integer(n) for n in value)


def _tensor(arguments: tuple[Value, ...]) -> Value:
    """`_rebuild_tensor(storage, offset, size, stride)`, `_v2(…, requires_grad, hooks[, metadata])`."""
    if len(arguments) not in (4, 6, 7):
        raise broken("a tensor has the wrong number of arguments")
    storage = arguments[0]
    if not isinstance(storage, StorageKey) or storage.dtype is None:
        raise broken("a tensor has no storage")
    return _pickled(storage, storage.dtype, arguments[1:4], arguments[6:])


def _tensor_v3(arguments: tuple[Value, ...]) -> Value:
    """`_rebuild_tensor_v3(storage, offset, size, stride, requires_grad, hooks, dtype[, metadata])`."""
    if len(arguments) not in (7, 8) or not isinstance(arguments[0], StorageKey):
        raise broken("a tensor has the wrong arguments")
    dtype = arguments[6]
    if not isinstance(dtype, Opaque) or dtype.kind != "dtype":
        raise broken("a tensor has no type")
    if not isinstance(dtype.value, DType):
        raise WeightsError(f"holds a tensor of type torch.{dtype.value}, which cannot be converted", OTHER_OBJECTS)
    return _pickled(arguments[0], dtype.value, arguments[1:4], arguments[7:])


def _pickled(storage: StorageKey, dtype: DType, place: tuple[Value, ...], metadata: tuple[Value, ...]) -> PickledTensor:
    if any(metadata):
        raise WeightsError("holds a conjugated or negated view: call .resolve_conj() before saving", OTHER_OBJECTS)
    return PickledTensor(storage, dtype, strided(_integer(place[0]), _shape(place[1]), _shape(place[2])))


def _parameter(arguments: tuple[Value, ...]) -> Value:
    """`_rebuild_parameter(data, requires_grad, hooks)`, and `_with_state`."""
    if not arguments or not isinstance(arguments[0], PickledTensor):
        raise broken("a parameter is no tensor")
    return arguments[0]


def _from_type(arguments: tuple[Value, ...]) -> Value:
    """`_rebuild_from_type_v2(function, class, arguments, state)`: a tensor with attributes, which are left out."""
    match arguments:
        case (Global(function), Global(kind), tuple(inner), _) if function in _REBUILDERS and kind in _PLAIN_TENSORS:
            return _REBUILDERS[function](inner)
    raise broken("a tensor is rebuilt by something else")


_REBUILDERS: Mapping[str, Callable[[tuple[Value, ...]], Value]] = {
    "torch._utils._rebuild_tensor": _tensor,
    "torch._utils._rebuild_tensor_v2": _tensor,
    "torch._utils._rebuild_tensor_v3": _tensor_v3,
    "torch._utils._rebuild_parameter": _parameter,
    "torch._utils._rebuild_parameter_with_state": _parameter,
}
_CALLS: Mapping[str, Callable[[tuple[Value, ...]], Value]] = {
    **_REBUILDERS,
    "torch._tensor._rebuild_from_type_v2": _from_type,
    "collections.OrderedDict": _dict,
    "collections.Counter": _dict,
    "collections.defaultdict": _default_dict,
    "builtins.set": _set,
    "builtins.frozenset": _set,
    "builtins.complex": _complex,
    "builtins.bytearray": _bytes,
    "builtins.bytes": _bytes,
    "_codecs.encode": _encode,
    "torch.Size": _size,
    "torch.device": _opaque("device"),
    "torch.serialization._get_layout": _opaque("layout"),
}


def storage(reference: Value) -> StorageKey:
    """A storage from its persistent id: `("storage", class, key, location, count[, view])`."""
    if not isinstance(reference, tuple) or not reference:
        raise broken("a storage is no tuple")
    kind = as_text(reference[0])
    if kind == "module":
        raise WeightsError("a whole module was saved: save model.state_dict() instead", OTHER_OBJECTS)
    if kind != "storage" or len(reference) not in (5, 6) or not isinstance(reference[1], Global):
        raise broken("an unknown kind of reference")
    name = reference[1].name.rpartition(".")[2]
    if not name.endswith("Storage"):
        raise broken("a storage has no type")
    key, count = as_text(reference[2]), _integer(reference[4])
    dtype = _TYPED.get(name)
    view = reference[5] if len(reference) == 6 else None
    if view is None:
        return StorageKey(key, dtype, count)
    if not isinstance(view, tuple) or len(view) != 3:
        raise broken("a view of a storage is no triple")
    return StorageKey(as_text(view[0]), dtype, _integer(view[2]), (key, _integer(view[1])))


def as_text(value: Value) -> str:
    """Text; Python 2 wrote bytes, and integers for the keys of storages."""
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return value.decode("latin-1")
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise broken("a name is no text")
