"""What becomes of each tensor of a checkpoint: decided before anything is written."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from torch2ms.weights.tensor import Shape, StoredTensor


class Basis(StrEnum):
    """Where names and layouts come from."""

    SOURCE = "source"  # the model, built in both frameworks
    RECORD = "record"  # what the conversion to MindSpore left in the file
    GUESS = "guess"  # names and shapes alone


@dataclass(frozen=True, slots=True)
class Move:
    """A tensor of the input, and the name and shape it gets; no target: it is left out.

    `reason` says why it is left out, or what a guess rests on. `made`: it is not in the input, but made up.
    """

    name: str
    dtype: str
    shape: Shape
    target: str | None
    target_shape: Shape | None
    reason: str = ""
    guessed: bool = False
    made: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """The tensors to write, in order.

    `shared`: output names whose tensor is that of another output name; `prefix`: what was cut off all names;
    `unchanged`: MindSpore parameters without a counterpart in torch, which keep their initial values.
    """

    basis: Basis
    moves: tuple[Move, ...]
    tensors: tuple[StoredTensor, ...]
    shared: dict[str, str]
    record: str = ""
    prefix: str = ""
    unchanged: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
