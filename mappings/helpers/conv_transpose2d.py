"""nn.Conv2dTranspose with torch's parameters, output_padding included."""

import mindspore as ms
from mindspore import nn, ops


class ConvTranspose2d(nn.Conv2dTranspose):
    """nn.Conv2dTranspose with torch's parameters.

    MindSpore's output_padding shifts the values; less padding at the far sides is what torch computes.
    """

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
            tuple(value) if isinstance(value, list) else value
            for value in (kernel_size, stride, padding, output_padding, dilation)
        )
        h, w = (padding, padding) if isinstance(padding, int) else padding
        more_h, more_w = (output_padding,) * 2 if isinstance(output_padding, int) else output_padding
        super().__init__(
            in_channels,
            out_channels,
            kernel_size,
            stride=stride,
            pad_mode="pad",
            padding=(h, max(h - more_h, 0), w, max(w - more_w, 0)),
            dilation=dilation,
            group=groups,
            has_bias=bool(bias),
            dtype=dtype or ms.float32,
        )
        self.more = (max(more_h - h, 0), max(more_w - w, 0))

    def construct(self, x):
        out = super().construct(x)
        if any(self.more):
            # What the padding cannot give holds nothing but the bias.
            below, right = self.more
            bias = 0 if self.bias is None else self.bias.reshape(1, -1, 1, 1)
            out = ops.pad(out - bias, (0, right, 0, below)) + bias
        return out
