import mindspore as ms
from mindspore import nn, ops, Tensor
from mindspore.experimental import optim


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


class BatchNorm2d(nn.BatchNorm2d):
    """nn.BatchNorm2d with torch's parameters."""

    def __init__(
        self,
        num_features,
        eps=1e-5,
        momentum=0.1,
        affine=True,
        track_running_stats=True,
        device=None,
        dtype=None,
    ):
        super().__init__(
            num_features,
            eps=float(eps),
            momentum=1 - momentum,
            affine=bool(affine),
            use_batch_statistics=None if track_running_stats else True,
            dtype=dtype or ms.float32,
        )


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


class Block(nn.Cell):
    def __init__(self, layer=Conv2d, **kw):
        super().__init__()
        self.conv = layer(2, 4, **kw)

    def construct(self, x):
        return self.conv(x)


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.first = Block(kernel_size=[3, 3], padding=[1, 1], bias=None)
        self.up = Block(ConvTranspose2d, kernel_size=[2, 2], stride=[2, 2], bias=0)
        options = {"affine": None, "eps": 1}
        self.norm = BatchNorm2d(4, **options)
        self.pool = Pool([2, 2])

    def construct(self, x):
        return self.pool(self.norm(self.first(x))), self.up(x)


class Pool(nn.Cell):
    def __init__(self, size=(2, 2), **kw):
        super().__init__()
        self.pool = MaxPool2d(size, **kw)
        self.other = AvgPool2d(**{"kernel_size": [2, 2]})
        self.line = nn.MaxPool1d(2, stride=2)

    def construct(self, x):
        return self.line(self.pool(x).flatten(start_dim=2)), self.other(x)


def schedule(optimizer, milestones=(2, 4)):
    return optim.lr_scheduler.MultiStepLR(optimizer, list(milestones), 0.5)


def rates(x: Tensor):
    net = nn.Dense(2, 2)
    scheduler = schedule(optim.SGD(net.trainable_params(), lr=0.5), milestones=[1, 2])
    early = schedule(optim.SGD(net.trainable_params(), lr=0.5))
    found = []
    for _ in range(3):
        scheduler.step()
        early.step()
        found += [float(str(scheduler.get_last_lr()[0].asnumpy())), float(str(early.get_last_lr()[0].asnumpy()))]
    return found, x
