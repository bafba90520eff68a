"""Fields that nothing can be assigned to: those of named tuples and of frozen dataclasses."""

from collections import namedtuple
from dataclasses import dataclass
from typing import NamedTuple

from mindspore import ops, Tensor

Pair = namedtuple("Pair", "first second")


class State(NamedTuple):
    hidden: Tensor
    steps: int = 2


@dataclass(frozen=True)
class Frozen:
    weight: Tensor


@dataclass
class Open:
    bias: Tensor


def advance(state: State):
    state.hidden.copy_(state.hidden.copy() * state.steps)
    return state


def scale(given):
    given.weight.copy_(given.weight.copy() * 3)
    given.bias.copy_(given.bias - 1)


def update(x):
    pair = Pair(x * 1, x * 2)
    pair.first.copy_(pair.first + pair.second)
    state = advance(State(x * 1))
    state.hidden.copy_(-state.hidden.copy().clamp(max=1.0))
    frozen = Frozen(x * 1)
    frozen.weight.copy_(ops.zeros_like(frozen.weight))
    frozen.weight.copy_(frozen.weight + x)
    opened = Open(x * 1)
    opened.bias = opened.bias + 4
    return pair.first, state.hidden, frozen.weight, opened.bias


def unknown(x):
    class Both:
        weight = x * 1
        bias = x * 2

    both = Both()
    scale(both)
    return both.weight, both.bias
