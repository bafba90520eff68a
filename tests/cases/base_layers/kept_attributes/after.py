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


def conv2d(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    """ops.conv2d with lists for tuples, and a padding that is a number, a tuple, "same" or "valid"."""
    if isinstance(stride, list):
        stride = tuple(stride)
    if isinstance(dilation, list):
        dilation = tuple(dilation)
    if isinstance(padding, str):
        return ops.conv2d(input, weight, bias, stride, padding, 0, dilation, groups)
    return ops.conv2d(input, weight, bias, stride, "pad", padding, dilation, groups)


def max_pool2d(input, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, return_indices=False):
    """ops.max_pool2d with torch's arguments, which may be lists."""
    stride = kernel_size if stride is None else stride
    kernel_size = kernel_size if isinstance(kernel_size, int) else tuple(kernel_size)
    stride = stride if isinstance(stride, int) else tuple(stride)
    padding = padding if isinstance(padding, int) else tuple(padding)
    dilation = dilation if isinstance(dilation, int) else tuple(dilation)
    return ops.max_pool2d(input, kernel_size, stride, padding, dilation, return_indices, ceil_mode)


class MaxPool2d(nn.MaxPool2d):
    """nn.MaxPool2d with torch's parameters, kept as attributes."""

    def __init__(self, kernel_size, stride=None, padding=0, dilation=1, return_indices=False, ceil_mode=False):
        kernel_size, stride, padding, dilation = (
            tuple(value) if isinstance(value, list) else value for value in (kernel_size, stride, padding, dilation)
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
        self.padding = padding
        self.dilation = dilation
        self.ceil_mode = ceil_mode


class Same(Conv2d):
    def __init__(self, a, b, size, stride=1):
        super().__init__(a, b, size, stride, 0)

    def construct(self, x):
        x = ops.pad(x, [self.padding[0], 1, 0, 1])
        return conv2d(x, self.weight, self.bias, self.stride, self.padding, self.dilation, self.group)


class Pool(MaxPool2d):
    def __init__(self, size, stride, **options):
        super().__init__(size, stride, **options)
        self.stride = [self.stride] * 2 if isinstance(self.stride, int) else self.stride

    def construct(self, x):
        return max_pool2d(x, self.kernel_size, self.stride, self.padding, self.dilation, self.ceil_mode)


class Plain(nn.Conv2d):
    def __init__(self, a, b):
        super().__init__(a, b, 3, pad_mode='pad', padding=1, has_bias=True)

    def construct(self, x):
        return super().construct(x) * self.group


class Own(Conv2d):
    def construct(self, x):
        # TODO(torch2ms): [T2M305] keep the value in an attribute of your own when the layer is
        #   built (the Cell has no attribute for ._conv_forward)
        return self._conv_forward(x, self.weight, self.bias)


def padding(conv: nn.Conv2d):
    # TODO(torch2ms): [T2M305] keep the value in an attribute of your own when the layer is built
    #   (the Cell has no attribute for .padding)
    return conv.padding
