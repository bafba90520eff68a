"""Mish with the exact gradient (that of nn.Mish is 3e-4 off on CPU)."""

from mindspore import nn, ops


class Mish(nn.Cell):
    """Mish with the exact gradient (that of nn.Mish is 3e-4 off on CPU)."""

    def __init__(self, inplace=False):
        super().__init__()

    def construct(self, x):
        return x * (2 * ops.sigmoid(2 * ops.softplus(x)) - 1)
