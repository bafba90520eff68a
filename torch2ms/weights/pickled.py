"""The plain values a pickle of torch.save is read into."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from torch2ms.weights.dtypes import DType
from torch2ms.weights.errors import WeightsError
from torch2ms.weights.tensor import Strided


@dataclass(frozen=True, slots=True)
class Global:
    """A class or function the pickle names."""

    name: str


@dataclass(frozen=True, slots=True)
class StorageKey:
    """A storage the pickle refers to: `count` elements of `dtype` (None: bytes without a type).

    `base`: the old format's view of another storage, as (key, first element).
    """

    key: str
    dtype: DType | None
    count: int
    base: tuple[str, int] | None = None

    @property
    def width(self) -> int:
        """Bytes of one element."""
        return 1 if self.dtype is None else self.dtype.size


@dataclass(frozen=True, slots=True)
class PickledTensor:
    """A tensor the pickle builds on a storage."""

    storage: StorageKey
    dtype: DType
    layout: Strided


@dataclass(frozen=True, slots=True)
class Opaque:
    """Something harmless that is no tensor: a device, a layout, a dtype. `kind` is for messages."""

    kind: str
    value: DType | str = ""


Scalar: TypeAlias = bool | int | float | complex | str | bytes | None
Key: TypeAlias = "Scalar | tuple[Scalar, ...] | Opaque"
Value: TypeAlias = (
    "Scalar | bytearray | list[Value] | tuple[Value, ...] | dict[Key, Value] | set[Key]"
    " | Global | StorageKey | PickledTensor | Opaque"
)


class ForbiddenName(Exception):
    """A class or function that is none of torch.save's own."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def broken(why: str) -> WeightsError:
    """The error for a pickle that torch.save cannot have written."""
    return WeightsError(f"broken pickle: {why}")


def as_key(value: Value) -> Key:
    """A dict key. Deeply nested tuples would overflow the stack when hashed, so tuples are flat."""
    if value is None or isinstance(value, (bool, int, float, complex, str, bytes, Opaque)):
        return value
    if isinstance(value, tuple):
        items: list[Scalar] = []
        for item in value:
            if not (item is None or isinstance(item, (bool, int, float, complex, str, bytes))):
                break
            items.append(item)
        else:
            return tuple(items)
    raise broken("a key of a dict is no plain value")


def kind_of(value: Value) -> str:
    """What a value is, for a message."""
    match value:
        case PickledTensor():
            return "a tensor"
        case StorageKey():
            return "a storage"
        case Opaque(kind):
            return f"a {kind}"
        case Global(name):
            return name
        case None:
            return "None"
    return type(value).__name__
