"""Fields that nothing can be assigned to: those of named tuples and of frozen dataclasses."""

from collections import namedtuple
from dataclasses import dataclass
from typing import NamedTuple

import torch

Pair = namedtuple("Pair", "first second")


class State(NamedTuple):
    hidden: torch.Tensor
    steps: int = 2


@dataclass(frozen=True)
class Frozen:
    weight: torch.Tensor


@dataclass
class Open:
    bias: torch.Tensor


def advance(state: State):
    state.hidden.mul_(state.steps)
    return state


def scale(given):
    given.weight.mul_(3)
    given.bias.sub_(1)


def update(x):
    pair = Pair(x * 1, x * 2)
    pair.first.add_(pair.second)
    state = advance(State(x * 1))
    state.hidden.clamp_(max=1.0).neg_()
    frozen = Frozen(x * 1)
    frozen.weight.zero_()
    frozen.weight.add_(x)
    opened = Open(x * 1)
    opened.bias.add_(4)
    return pair.first, state.hidden, frozen.weight, opened.bias


def unknown(x):
    class Both:
        weight = x * 1
        bias = x * 2

    both = Both()
    scale(both)
    return both.weight, both.bias
