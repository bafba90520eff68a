"""nn.Conv1dTranspose with torch's parameters, output_padding included."""

import mindspore as ms
from mindspore import nn


class ConvTranspose1d(nn.Conv2dTranspose):
    """A transposed 1d convolution with torch's parameters; its weight is stored with an axis of height 1."""

    def __init__(
        self,
        in_channels,
        out_channels,
        kernel_size,
        stride=1,
        padding=0,
        output_padding=0,
        groups=1,
        bias=True,
        dilation=1,
        padding_mode="zeros",
        device=None,
        dtype=None,
    ):
        kernel_size, stride, padding, output_padding, dilation = (
            value[0] if isinstance(value, (tuple, list)) else value
            for value in (kernel_size, stride, padding, output_padding, dilation)
        )
        if output_padding > padding:
            raise ValueError("output_padding must not be larger than padding")
        super().__init__(
            in_channels,
            out_channels,
            (1, kernel_size),
            stride=(1, stride),
            pad_mode="pad",
            padding=(0, 0, padding, padding - output_padding),
            dilation=(1, dilation),
            group=groups,
            has_bias=bias,
            dtype=dtype or ms.float32,
        )

    def construct(self, x):
        return super().construct(x.expand_dims(2)).squeeze(2)
