"""SELU with the exact gradient (that of nn.SeLU is wrong on CPU)."""

from mindspore import nn, ops


class SELU(nn.Cell):
    """SELU with the exact gradient (that of nn.SeLU is wrong on CPU)."""

    def __init__(self, inplace=False):
        super().__init__()

    def construct(self, x):
        negative = 1.6732632423543772 * (ops.exp(ops.minimum(x, 0)) - 1)
        return 1.0507009873554805 * (ops.relu(x) + negative)
