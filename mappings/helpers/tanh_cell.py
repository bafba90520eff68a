"""Tanh to full precision (the CPU kernel of nn.Tanh is up to 1e-4 off)."""

from mindspore import nn, ops


class Tanh(nn.Cell):
    """Tanh to full precision (the CPU kernel of nn.Tanh is up to 1e-4 off)."""

    def construct(self, x):
        return 2 * ops.sigmoid(2 * x) - 1
