"""Names and layouts without the model's source, from names and shapes alone. Every decision says what it rests on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from torch2ms.weights.plan import Basis, Move, Plan
from torch2ms.weights.record import DROPPED_COUNTER
from torch2ms.weights.tensor import Shape, StoredTensor

NORM = {"weight": "gamma", "bias": "beta", "running_mean": "moving_mean", "running_var": "moving_variance"}
CONV1D_AXIS = 2

_EMBEDDING = re.compile(r"(^|_)(\w*emb\w*|wte|wpe)($|_)|embed", re.IGNORECASE)
_NORM_NAME = re.compile(r"norm|(^|_)ln", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Guess:
    """A new name and shape (None: left out), and why; without a reason nothing had to be guessed."""

    target: str | None
    shape: Shape
    reason: str = ""


def to_mindspore(shapes: Mapping[str, Shape]) -> dict[str, Guess]:
    """What the tensors of a torch state dict are probably called in MindSpore."""
    deepest = 0  # dimensions of the last convolution's weight
    found: dict[str, Guess] = {}
    for name, shape in shapes.items():
        if name.endswith("weight") and len(shape) >= 3:
            deepest = len(shape)
        found[name] = _forward(name, shape, shapes, behind_3d=deepest == 5)
    return found


def _forward(name: str, shape: Shape, shapes: Mapping[str, Shape], *, behind_3d: bool) -> Guess:
    parent, dot, leaf = name.rpartition(".")
    prefix = parent + dot
    if leaf == "num_batches_tracked":
        return Guess(None, shape, DROPPED_COUNTER)
    if f"{prefix}running_mean" in shapes and f"{prefix}running_var" in shapes and leaf in NORM:
        if behind_3d:
            return Guess(f"{prefix}bn2d.{NORM[leaf]}", shape, "running statistics, behind a Conv3d: BatchNorm3d")
        return Guess(prefix + NORM[leaf], shape, "running statistics: BatchNorm")
    outer, _, layer = parent.rpartition(".")
    if layer in ("linear1", "linear2") and _is_transformer(outer, shapes):
        new = f"{outer}.{layer}" if outer else layer
        return Guess(f"{new.replace('linear', 'dense')}.{leaf}", shape, "beside self_attn: a TransformerEncoderLayer")
    if leaf == "bias" and _is_norm(prefix, shapes):
        return Guess(f"{prefix}beta", shape, "1-d weight and bias: a norm layer")
    return _weight(prefix, layer, shape, shapes) if leaf == "weight" else Guess(name, shape)


def _weight(prefix: str, layer: str, shape: Shape, shapes: Mapping[str, Shape]) -> Guess:
    name = f"{prefix}weight"
    biased = f"{prefix}bias" in shapes
    if len(shape) == 1:
        if _is_norm(prefix, shapes):
            return Guess(f"{prefix}gamma", shape, "1-d weight and bias: a norm layer")
        if not biased and ("prelu" in layer.lower() or shape == (1,)):
            return Guess(f"{prefix}w", shape, "1-d weight alone: PReLU")
        kind = "RMSNorm, or LayerNorm without bias" if _NORM_NAME.search(layer) else "RMSNorm, PReLU or a norm layer"
        return Guess(name, shape, f"1-d weight alone, {kind}: name kept")
    if len(shape) == 3:
        axis = CONV1D_AXIS
        return Guess(name, (*shape[:axis], 1, *shape[axis:]), "3-d weight: Conv1d")
    if len(shape) == 2 and not biased:
        if _EMBEDDING.search(layer):
            return Guess(f"{prefix}embedding_table", shape, "2-d weight without bias, named so: Embedding")
        return Guess(name, shape, "2-d weight without bias: taken as Linear, not Embedding")
    return Guess(name, shape)


def _is_norm(prefix: str, shapes: Mapping[str, Shape]) -> bool:
    weight, bias = shapes.get(f"{prefix}weight"), shapes.get(f"{prefix}bias")
    return weight is not None and len(weight) == 1 and weight == bias


def _is_transformer(outer: str, shapes: Mapping[str, Shape]) -> bool:
    return f"{outer}.self_attn.in_proj_weight".lstrip(".") in shapes


def to_torch(shapes: Mapping[str, Shape]) -> dict[str, Guess]:
    """What the parameters of a MindSpore checkpoint are probably called in torch."""
    return {name: _backward(name, shape, shapes) for name, shape in shapes.items()}


_BACK = {new: old for old, new in NORM.items()}


def _backward(name: str, shape: Shape, shapes: Mapping[str, Shape]) -> Guess:
    parent, dot, leaf = name.rpartition(".")
    prefix = parent + dot
    if leaf in _BACK:
        inner = prefix.removesuffix("bn2d.") if parent.rpartition(".")[2] == "bn2d" else prefix
        return Guess(inner + _BACK[leaf], shape, "a norm layer" if inner == prefix else "BatchNorm3d")
    if leaf == "embedding_table":
        return Guess(f"{prefix}weight", shape, "Embedding")
    if leaf == "w" and len(shape) == 1:
        return Guess(f"{prefix}weight", shape, "PReLU")
    outer, _, layer = parent.rpartition(".")
    if layer in ("dense1", "dense2") and _is_transformer(outer, shapes):
        new = f"{outer}.{layer}" if outer else layer
        return Guess(f"{new.replace('dense', 'linear')}.{leaf}", shape, "beside self_attn: a TransformerEncoderLayer")
    if leaf == "weight" and len(shape) == 4 and shape[CONV1D_AXIS] == 1 and shape[3] > 1:
        return Guess(name, shape, "Conv1d, or Conv2d with a kernel of height 1: shape kept")
    return Guess(name, shape)


def plan(tensors: Sequence[StoredTensor], guesses: Mapping[str, Guess]) -> Plan:
    """The guesses as a plan, by the names of the tensors.

    A name two tensors would get is not given: both keep theirs.
    """
    guesses = _distinct(guesses)
    moves: list[Move] = []
    made: list[StoredTensor] = []
    for tensor in tensors:
        guess = guesses[tensor.name]
        kept = guess.target is not None
        shape = guess.shape if kept else None
        guessed = kept and bool(guess.reason)
        moves.append(
            Move(tensor.name, tensor.dtype.value, tensor.shape, guess.target, shape, guess.reason, guessed=guessed)
        )
        if guess.target is not None:
            made.append(tensor.renamed(guess.target, guess.shape))
    return Plan(Basis.GUESS, tuple(moves), tuple(made), {})


def _distinct(guesses: Mapping[str, Guess]) -> dict[str, Guess]:
    """The guesses without those that meet in one name. Taking one back may make another meet its old name."""
    found = dict(guesses)
    while True:
        taken = Counter(guess.target for guess in found.values() if guess.target is not None)
        clashing = [
            name
            for name, guess in found.items()
            if guess.target is not None and guess.target != name and taken[guess.target] > 1
        ]
        if not clashing:
            return found
        for name in clashing:
            found[name] = Guess(name, found[name].shape, f"two tensors would be called {found[name].target}: name kept")
