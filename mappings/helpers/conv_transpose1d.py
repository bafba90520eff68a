"""nn.Conv1dTranspose with torch's parameters, output_padding included."""

import mindspore as ms
from mindspore import nn, ops


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
        super().__init__(
            in_channels,
            out_channels,
            (1, kernel_size),
            stride=(1, stride),
            pad_mode="pad",
            padding=(0, 0, padding, max(padding - output_padding, 0)),
            dilation=(1, dilation),
            group=groups,
            has_bias=bool(bias),
            dtype=dtype or ms.float32,
        )
        self.more = max(output_padding - padding, 0)

    def construct(self, x):
        out = super().construct(x.expand_dims(2)).squeeze(2)
        if self.more:
            # What the padding cannot give holds nothing but the bias.
            bias = 0 if self.bias is None else self.bias.expand_dims(-1)
            out = ops.pad(out - bias, (0, self.more)) + bias
        return out
