"""What a model holds, in torch and after its conversion: what `verify` and `weights` both say of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """A parameter or buffer of the torch module. `same_as` as in `weights.names.Stored`."""

    name: str
    shape: tuple[int, ...]
    trainable: bool
    same_as: str = ""


@dataclass(frozen=True, slots=True)
class Owned:
    """A parameter of a MindSpore network: `name` is the one checkpoints use, which may differ from its path."""

    name: str
    shape: tuple[int, ...]
    dtype: str
    trainable: bool


@dataclass(frozen=True, slots=True)
class Description:
    """A model: torch's state dict in its order, the classes of its modules by path, MindSpore's parameters by path."""

    entries: tuple[Entry, ...]
    modules: Mapping[str, tuple[str, ...]]
    parameters: Mapping[str, Owned]
