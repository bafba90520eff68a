"""Sliding patches of an image as columns."""

from mindspore import nn, ops


class Unfold(nn.Cell):
    """Sliding patches of an image as columns."""

    def __init__(self, kernel_size, dilation=1, padding=0, stride=1):
        super().__init__()
        self.kernel_size = kernel_size
        self.dilation = dilation
        self.padding = padding
        self.stride = stride

    def construct(self, x):
        return ops.unfold(x, self.kernel_size, self.dilation, self.padding, self.stride)
