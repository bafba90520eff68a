"""One size for one axis, in a tuple that is passed on."""

import mindspore as ms
from mindspore import nn, ops


class Conv1d(nn.Conv1d):
    """nn.Conv1d with torch's parameters."""

    def __init__(
        self,
        in_channels,
        out_channels,
        kernel_size,
        stride=1,
        padding=0,
        dilation=1,
        groups=1,
        bias=True,
        padding_mode="zeros",
        device=None,
        dtype=None,
    ):
        kernel_size, stride, padding, dilation = (
            value[0] if isinstance(value, (tuple, list)) else value
            for value in (kernel_size, stride, padding, dilation)
        )
        pad_mode, sides = (padding, 0) if isinstance(padding, str) else ("pad", padding)
        border = (sides, sides)
        if padding_mode != "zeros" and pad_mode == "same":
            whole = dilation * (kernel_size - 1)
            pad_mode, border = "valid", (whole // 2, whole - whole // 2)
        super().__init__(
            in_channels,
            out_channels,
            kernel_size,
            stride=stride,
            pad_mode=pad_mode,
            padding=sides if padding_mode == "zeros" else 0,
            dilation=dilation,
            group=groups,
            has_bias=bool(bias),
            dtype=dtype or ms.float32,
        )
        self.padding = padding if isinstance(padding, str) else (sides,)
        self.border = border if padding_mode != "zeros" and any(border) else None
        self.border_mode = padding_mode

    def construct(self, x):
        if self.border is not None:
            x = ops.pad(x, self.border, self.border_mode)
        return super().construct(x)


class Pools(nn.Cell):
    def __init__(self, kernel=(2,), stride=[2], padding=(1,), size=3):
        super().__init__()
        self.conv = Conv1d(2, 2, kernel, padding=padding)
        self.largest = nn.MaxPool1d(kernel[0], stride=kernel[0])
        self.strided = nn.MaxPool1d(kernel[0], stride=stride[0])
        self.mean = nn.AvgPool1d(kernel, stride=kernel, pad_mode="pad", padding=padding)
        self.plain = nn.MaxPool1d(size, stride=size)

    def construct(self, x):
        kernel = (2,)
        means = ops.avg_pool1d(x, kernel[0], stride=kernel[0]) + ops.avg_pool1d(x, 2, kernel[0])
        return self.conv(x), self.largest(x), self.strided(x), self.mean(x), self.plain(x), means
