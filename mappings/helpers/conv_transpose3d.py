"""nn.Conv3dTranspose with torch's parameters: padding as int or three numbers."""

import mindspore as ms
from mindspore import nn


class ConvTranspose3d(nn.Conv3dTranspose):
    """nn.Conv3dTranspose with torch's parameters."""

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
        d, h, w = (padding,) * 3 if isinstance(padding, int) else padding
        super().__init__(
            in_channels,
            out_channels,
            kernel_size,
            stride=stride,
            pad_mode="pad",
            padding=(d, d, h, h, w, w),
            output_padding=output_padding,
            dilation=dilation,
            group=groups,
            has_bias=bool(bias),
            dtype=dtype or ms.float32,
        )
