from collections.abc import Callable
from functools import partial

import torch
import torch.utils.checkpoint
from torch import nn
from torch.utils.checkpoint import checkpoint


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(3, 3)
        self.checkpointing = None

    def set_checkpointing(self, function: Callable = torch.utils.checkpoint.checkpoint):
        self.checkpointing = function

    def forward(self, x, scale=1.0):
        if self.checkpointing is not None:
            return self.checkpointing(self.part, x, scale)
        return self.part(x, scale) * 2

    def part(self, x, scale):
        return torch.relu(self.linear(x)) * scale


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.block = Block()
        self.other = Block()
        self.block.set_checkpointing()
        self.other.set_checkpointing(partial(checkpoint, use_reentrant=False))

    def forward(self, x):
        return self.block(x) + self.other(x, scale=2.0)


def with_settings(x, settings, arguments):
    x = checkpoint(torch.relu, x, **settings)
    return checkpoint(*arguments, x, use_reentrant=False)


def settled(x):
    return with_settings(x, {"use_reentrant": False, "preserve_rng_state": False}, [torch.tanh])
