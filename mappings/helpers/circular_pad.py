"""Padding that wraps around."""

from mindspore import nn, ops


class CircularPad(nn.Cell):
    """Padding that wraps around."""

    def __init__(self, padding, axes):
        super().__init__()
        self.padding = (padding,) * (2 * axes) if isinstance(padding, int) else tuple(padding)

    def construct(self, x):
        return ops.pad(x, self.padding, "circular")
