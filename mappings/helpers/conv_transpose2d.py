"""nn.Conv2dTranspose with torch's parameters, output_padding included."""

import mindspore as ms
from mindspore import nn


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
        h, w = (padding, padding) if isinstance(padding, int) else padding
        more_h, more_w = (output_padding,) * 2 if isinstance(output_padding, int) else output_padding
        if more_h > h or more_w > w:
            raise ValueError("output_padding must not be larger than padding")
        super().__init__(
            in_channels,
            out_channels,
            kernel_size,
            stride=stride,
            pad_mode="pad",
            padding=(h, h - more_h, w, w - more_w),
            dilation=dilation,
            group=groups,
            has_bias=bias,
            dtype=dtype or ms.float32,
        )
