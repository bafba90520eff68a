"""nn.MaxPool1d with torch's parameters: the stride is the kernel size unless given."""

from mindspore import nn


class MaxPool1d(nn.MaxPool1d):
    """nn.MaxPool1d with torch's parameters."""

    def __init__(self, kernel_size, stride=None, padding=0, dilation=1, return_indices=False, ceil_mode=False):
        kernel_size, stride, padding, dilation = (
            value[0] if isinstance(value, (tuple, list)) else value
            for value in (kernel_size, stride, padding, dilation)
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
