"""Results of both frameworks as plain values: a tree of nodes whose arrays are stored beside it."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Iterator, KeysView, Mapping, ValuesView
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TypeAlias

import msgspec
import numpy as np
import numpy.typing as npt

from torch2ms.weights.description import Entry, Owned

Array: TypeAlias = npt.NDArray[np.generic]


class TensorNode(msgspec.Struct, frozen=True, tag=True, tag_field="node"):
    """A tensor; `differentiable` tells that it takes part in the scalar whose gradient is compared."""

    key: str
    dtype: str
    shape: tuple[int, ...]
    differentiable: bool = False


class ScalarNode(msgspec.Struct, frozen=True, tag=True, tag_field="node"):
    """A Python number, bool, str or None, or the name of a dtype: `type` says which."""

    type: str
    value: str


class SequenceNode(msgspec.Struct, frozen=True, tag=True, tag_field="node"):
    """A list or tuple (named ones and shapes too)."""

    items: tuple[Node, ...]


class MappingNode(msgspec.Struct, frozen=True, tag=True, tag_field="node"):
    """A dict, or the fields of a dataclass; keys are compared as text."""

    items: Mapping[str, Node]


Node: TypeAlias = TensorNode | ScalarNode | SequenceNode | MappingNode


class Framework(Protocol):
    """What `Encoder` has to know about a framework's own values."""

    def tensor(self, value: object) -> tuple[str, Array, bool] | None:
        """Dtype name, array and differentiability of a tensor; None for anything else."""

    def dtype(self, value: object) -> str | None:
        """The name of a dtype; None for anything else."""


@dataclass(slots=True)
class Encoder:
    """Turns a result into a tree and collects its arrays."""

    framework: Framework
    arrays: dict[str, Array] = field(default_factory=dict)

    def encode(self, value: object, key: str) -> Node:
        """The tree of a value; its arrays get keys that start with `key`."""
        tensor = self.framework.tensor(value)
        if tensor is not None:
            dtype, array, differentiable = tensor
            self.arrays[key] = array
            return TensorNode(key, dtype, tuple(array.shape), differentiable)
        dtype_name = self.framework.dtype(value)
        if dtype_name is not None:
            return ScalarNode("dtype", dtype_name)
        if isinstance(value, Mapping):
            return MappingNode({str(k): self.encode(v, f"{key}/{k}") for k, v in value.items()})
        if isinstance(value, (list, tuple, Iterator, ValuesView, KeysView)):
            return SequenceNode(tuple(self.encode(v, f"{key}/{i}") for i, v in enumerate(value)))
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            fields = {item.name: getattr(value, item.name) for item in dataclasses.fields(value)}
            return MappingNode({name: self.encode(v, f"{key}/{name}") for name, v in fields.items()})
        if isinstance(value, np.ndarray):
            self.arrays[key] = value
            return TensorNode(key, f"numpy.{value.dtype}", value.shape)
        if isinstance(value, np.generic):
            return ScalarNode(f"numpy.{value.dtype}", repr(value.item()))
        if value is None or isinstance(value, (bool, int, float, complex, str)):
            return ScalarNode(type(value).__name__, repr(value) if not isinstance(value, str) else value)
        return ScalarNode("object", "")


def tensors(node: Node) -> list[TensorNode]:
    """The tensors of a tree, in order."""
    match node:
        case TensorNode():
            return [node]
        case SequenceNode(items):
            return [tensor for item in items for tensor in tensors(item)]
        case MappingNode(items):
            return [tensor for item in items.values() for tensor in tensors(item)]
        case ScalarNode():
            return []


def differentiable_tensors(node: Node) -> list[TensorNode]:
    """The tensors of a tree that take part in the gradient, in order."""
    return [tensor for tensor in tensors(node) if tensor.differentiable]


def pick(value: object, path: str) -> object:
    """The part of a result at a key such as `out/0/logits`, None when there is no such part."""
    for step in path.split("/")[1:]:
        if isinstance(value, Mapping):
            value = next((v for k, v in value.items() if str(k) == step), None)
        elif isinstance(value, (list, tuple)) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        elif dataclasses.is_dataclass(value):
            value = getattr(value, step, None)
        else:
            return None
    return value


@dataclass(frozen=True, slots=True)
class Record:
    """What one framework did with a case.

    Keys of the arrays: `before/…`, `out/…` and `eval/…` (results in eval mode before anything else, of the first
    call, and in eval mode at the end), `state/…` and `after/…` (parameters before and after the steps),
    `statistics/…` (buffers after the first call), `grad/…` and `input/…` (gradients of parameters and inputs),
    `alone/…` (layers by themselves, on `probe/…`). `train` is the mode of the first call, `derive_in_training`
    that of the calls whose gradients are taken, `derived` the structure of their result. `noise` has the largest
    absolute deviation of an array from its float64 value. `misplaced` are torch's names of parameters that have no
    counterpart, or one of another shape or trainability. `modes`: where a function of the program makes the
    model, whether the layers that compute otherwise in training mode are in it then. `phase`: what was being done
    when `error` happened.
    """

    error: str = ""
    phase: str = ""
    before: Node | None = None
    output: Node | None = None
    evaluated: Node | None = None
    entries: tuple[Entry, ...] = ()
    modules: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    parameters: Mapping[str, Owned] = field(default_factory=dict)
    train: bool = True
    derive_in_training: bool = True
    derived: Node | None = None
    remarks: tuple[str, ...] = ()
    misplaced: tuple[str, ...] = ()
    modes: Mapping[str, bool] = field(default_factory=dict)
    noise: Mapping[str, float] | None = None
    seconds: Mapping[str, float] = field(default_factory=dict)
    arrays: Mapping[str, Array] = field(default_factory=dict)


def step_rate(rate: float, gradients: Iterable[Array]) -> float:
    """The learning rate of a step whose gradients, all together, are clipped to a norm of 1.

    A model with random weights has gradients of any size; without it, a few steps may end in infinities.
    """
    norm = math.sqrt(sum(float(np.sum(np.square(gradient.astype(np.float64)))) for gradient in gradients))
    return rate / max(1.0, norm)


def save(record: Record, path: Path) -> None:
    """Write a record to `path`.json and `path`.npz."""
    with path.with_suffix(".npz").open("wb") as file:
        np.savez(file, **dict(record.arrays))
    path.with_suffix(".json").write_bytes(msgspec.json.encode(dataclasses.replace(record, arrays={})))


def load(path: Path) -> Record:
    """Read what `save` wrote."""
    record = msgspec.json.decode(path.with_suffix(".json").read_bytes(), type=Record)
    with np.load(path.with_suffix(".npz"), allow_pickle=False) as stored:
        return dataclasses.replace(record, arrays={key: stored[key] for key in stored.files})
