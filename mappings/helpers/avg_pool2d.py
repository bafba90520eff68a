"""nn.AvgPool2d with torch's parameters: the stride is the kernel size unless given."""

from mindspore import nn


class AvgPool2d(nn.AvgPool2d):
    """nn.AvgPool2d with torch's parameters, kept as attributes."""

    def __init__(
        self,
        kernel_size,
        stride=None,
        padding=0,
        ceil_mode=False,
        count_include_pad=True,
        divisor_override=None,
    ):
        kernel_size, stride, padding = (
            tuple(value) if isinstance(value, list) else value for value in (kernel_size, stride, padding)
        )
        super().__init__(
            kernel_size,
            kernel_size if stride is None else stride,
            pad_mode="pad",
            padding=padding,
            ceil_mode=bool(ceil_mode),
            count_include_pad=bool(count_include_pad),
            divisor_override=divisor_override,
        )
        self.padding = padding
        self.ceil_mode = ceil_mode
        self.count_include_pad = count_include_pad
        self.divisor_override = divisor_override
