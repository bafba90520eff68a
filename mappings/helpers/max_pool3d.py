"""nn.MaxPool3d with torch's parameters: the stride is the kernel size unless given. It keeps what it was given."""

from mindspore import nn


class MaxPool3d(nn.MaxPool3d):
    """nn.MaxPool3d with torch's parameters, kept as attributes."""

    def __init__(self, kernel_size, stride=None, padding=0, dilation=1, return_indices=False, ceil_mode=False):
        kernel_size, stride, padding, dilation = (
            tuple(value) if isinstance(value, list) else value for value in (kernel_size, stride, padding, dilation)
        )
        super().__init__(
            kernel_size,
            kernel_size if stride is None else stride,
            pad_mode="pad",
            padding=padding,
            dilation=dilation,
            return_indices=bool(return_indices),
            ceil_mode=bool(ceil_mode),
        )
        self.padding = padding
        self.dilation = dilation
        self.ceil_mode = ceil_mode
