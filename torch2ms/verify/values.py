"""Results of both frameworks as plain values: a tree of nodes whose arrays are stored beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator, KeysView, Mapping, ValuesView
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[np.generic]


@dataclass(frozen=True, slots=True)
class TensorNode:
    """A tensor; `differentiable` tells that it takes part in the scalar whose gradient is compared."""

    key: str
    dtype: str
    shape: tuple[int, ...]
    differentiable: bool = False


@dataclass(frozen=True, slots=True)
class ScalarNode:
    """A Python number, bool, str or None, or the name of a dtype: `type` says which."""

    type: str
    value: str


@dataclass(frozen=True, slots=True)
class SequenceNode:
    """A list or tuple (named ones and shapes too)."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class MappingNode:
    """A dict; keys are compared as text."""

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
        if isinstance(value, np.ndarray):
            self.arrays[key] = value
            return TensorNode(key, f"numpy.{value.dtype}", value.shape)
        if isinstance(value, np.generic):
            return ScalarNode(f"numpy.{value.dtype}", repr(value.item()))
        if value is None or isinstance(value, (bool, int, float, complex, str)):
            return ScalarNode(type(value).__name__, repr(value) if not isinstance(value, str) else value)
        return ScalarNode("object", "")


def differentiable_tensors(node: Node) -> list[TensorNode]:
    """The tensors of a tree that take part in the gradient, in order."""
    match node:
        case TensorNode():
            return [node] if node.differentiable else []
        case SequenceNode(items):
            return [tensor for item in items for tensor in differentiable_tensors(item)]
        case MappingNode(items):
            return [tensor for item in items.values() for tensor in differentiable_tensors(item)]
        case ScalarNode():
            return []


def pick(value: object, path: str) -> object:
    """The part of a result at a key such as `out/0/logits`, None when there is no such part."""
    for step in path.split("/")[1:]:
        if isinstance(value, Mapping):
            value = next((v for k, v in value.items() if str(k) == step), None)
        elif isinstance(value, (list, tuple)) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value


@dataclass(frozen=True, slots=True)
class Entry:
    """A parameter or buffer of the torch module. `same_as` as in `weights.names.Stored`."""

    name: str
    shape: tuple[int, ...]
    trainable: bool
    same_as: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """What one framework did with a case.

    Keys of the arrays: `out/…` and `eval/…` (results in train and eval mode), `state/…` and `after/…`
    (parameters before and after the steps), `grad/…` and `input/…` (gradients of parameters and inputs).
    """

    error: str = ""
    output: Node | None = None
    evaluated: Node | None = None
    entries: tuple[Entry, ...] = ()
    modules: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    arrays: Mapping[str, Array] = field(default_factory=dict)


def save(record: Record, path: Path) -> None:
    """Write a record to `path`.json and `path`.npz."""
    with path.with_suffix(".npz").open("wb") as file:
        np.savez(file, **dict(record.arrays))
    text = {
        "error": record.error,
        "output": _to_json(record.output),
        "evaluated": _to_json(record.evaluated),
        "entries": [[e.name, list(e.shape), e.trainable, e.same_as] for e in record.entries],
        "modules": {path: list(classes) for path, classes in record.modules.items()},
        "remarks": list(record.remarks),
    }
    path.with_suffix(".json").write_text(json.dumps(text), encoding="utf-8")


def load(path: Path) -> Record:
    """Read what `save` wrote."""
    text = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    with np.load(path.with_suffix(".npz"), allow_pickle=False) as stored:
        arrays = {key: stored[key] for key in stored.files}
    return Record(
        error=text["error"],
        output=_from_json(text["output"]),
        evaluated=_from_json(text["evaluated"]),
        entries=tuple(Entry(name, tuple(shape), train, same) for name, shape, train, same in text["entries"]),
        modules={path: tuple(classes) for path, classes in text["modules"].items()},
        remarks=tuple(text["remarks"]),
        arrays=arrays,
    )


def _to_json(node: Node | None) -> object:
    match node:
        case None:
            return None
        case TensorNode(key, dtype, shape, differentiable):
            return {"tensor": key, "dtype": dtype, "shape": list(shape), "differentiable": differentiable}
        case ScalarNode(type_, value):
            return {"type": type_, "value": value}
        case SequenceNode(items):
            return {"items": [_to_json(item) for item in items]}
        case MappingNode(entries):
            return {"entries": {key: _to_json(item) for key, item in entries.items()}}


def _from_json(data: object) -> Node | None:
    return None if data is None else _node(data)


def _node(data: object) -> Node:
    assert isinstance(data, dict)
    if "tensor" in data:
        return TensorNode(data["tensor"], data["dtype"], tuple(data["shape"]), data["differentiable"])
    if "type" in data:
        return ScalarNode(data["type"], data["value"])
    if "items" in data:
        return SequenceNode(tuple(_node(item) for item in data["items"]))
    return MappingNode({key: _node(item) for key, item in data["entries"].items()})
