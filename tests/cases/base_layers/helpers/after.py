import mindspore as ms
from mindspore import nn, ops


class Conv2d(nn.Conv2d):
    """nn.Conv2d with torch's parameters."""

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
            tuple(value) * (2 // len(value)) if isinstance(value, (tuple, list)) else value
            for value in (kernel_size, stride, padding, dilation)
        )
        pad_mode, sides, border = "pad", 0, None
        if isinstance(padding, str):
            pad_mode = padding
        else:
            padding = (padding,) * 2 if isinstance(padding, int) else padding
            h, w = padding
            sides, border = (h, h, w, w), (w, w, h, h)
        if padding_mode != "zeros":
            if pad_mode == "same":
                sizes, steps = ((value,) * 2 if isinstance(value, int) else value for value in (kernel_size, dilation))
                whole = [steps[i] * (sizes[i] - 1) for i in (1, 0)]
                border = tuple(side for width in whole for side in (width // 2, width - width // 2))
            pad_mode, sides = "valid", 0
        super().__init__(
            in_channels,
            out_channels,
            kernel_size,
            stride=stride,
            pad_mode=pad_mode,
            padding=sides,
            dilation=dilation,
            group=groups,
            has_bias=bool(bias),
            dtype=dtype or ms.float32,
        )
        self.padding = padding
        self.border = border if padding_mode != "zeros" else None
        self.border_mode = padding_mode

    def construct(self, x):
        if self.border is not None:
            x = ops.pad(x, self.border, self.border_mode)
        return super().construct(x)


class LayerNorm(nn.LayerNorm):
    """nn.LayerNorm with torch's parameters."""

    def __init__(self, normalized_shape, eps=1e-5, elementwise_affine=True, bias=True, device=None, dtype=None):
        shape = (normalized_shape,) if isinstance(normalized_shape, int) else tuple(normalized_shape)
        super().__init__(shape, epsilon=float(eps), dtype=dtype or ms.float32)
        self.affine = bool(elementwise_affine)
        self.gamma.requires_grad = self.affine
        self.beta.requires_grad = self.affine and bool(bias)

    def construct(self, x):
        axis = x.ndim - len(self.normalized_shape)
        gamma, beta = self.gamma.astype(x.dtype), self.beta.astype(x.dtype)
        return ops.LayerNorm(axis, axis, self.epsilon)(x, gamma, beta)[0]


class LayerNorm2d(LayerNorm):
    def __init__(self, width, **kwargs):
        super().__init__(width, **kwargs)

    def construct(self, x):
        return super().construct(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class Reflected(Conv2d):
    def __init__(self, width, kernel_size):
        super().__init__(width, width, kernel_size, padding=kernel_size // 2, padding_mode="reflect")
