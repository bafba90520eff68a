"""Padding by layers whose widths may be negative: there they cut off."""

from mindspore import nn, ops


class ConstantPad(nn.Cell):
    """Pads with a constant, and cuts off where a width is negative: MindSpore's layers do that right only once."""

    def __init__(self, padding, value=0.0):
        super().__init__()
        self.padding = padding
        self.value = value

    def construct(self, x):
        kept = [slice(None)] * x.ndim
        for axis in range(len(self.padding) // 2):
            before, after = self.padding[2 * axis : 2 * axis + 2]
            kept[-1 - axis] = slice(max(-before, 0), x.shape[-1 - axis] - max(-after, 0))
        return ops.pad(x[tuple(kept)], [max(width, 0) for width in self.padding], value=self.value)
