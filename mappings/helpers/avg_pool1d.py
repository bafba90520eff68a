"""nn.AvgPool1d with torch's parameters: the stride is the kernel size unless given."""

from mindspore import nn


class AvgPool1d(nn.AvgPool1d):
    """nn.AvgPool1d with torch's parameters."""

    def __init__(self, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True):
        kernel_size, stride, padding = (
            value[0] if isinstance(value, (tuple, list)) else value for value in (kernel_size, stride, padding)
        )
        super().__init__(
            kernel_size,
            kernel_size if stride is None else stride,
            pad_mode="pad",
            padding=padding,
            ceil_mode=bool(ceil_mode),
            count_include_pad=bool(count_include_pad),
        )
