"""Columns of patches summed back into an image."""

import mindspore as ms
from mindspore import Tensor, nn, ops


class Fold(nn.Cell):
    """Columns of patches summed back into an image."""

    def __init__(self, output_size, kernel_size, dilation=1, padding=0, stride=1):
        super().__init__()
        height, width = (output_size,) * 2 if isinstance(output_size, int) else output_size
        self.output_size = Tensor([height, width], ms.int32)
        self.kernel_size = kernel_size
        self.dilation = dilation
        self.padding = padding
        self.stride = stride

    def construct(self, x):
        return ops.fold(x, self.output_size, self.kernel_size, self.dilation, self.padding, self.stride)
