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


def count(net):
    plain = other = several = tuples = 0
    for _, m in net.cells_and_names():
        if type(m) in (nn.Conv2d, Conv2d):
            plain += 1
        if type(m) not in (nn.Conv2d, Conv2d) and m.__class__ != nn.Conv1d:
            other += 1
        if type(m) in (nn.Conv2d, nn.ReLU, Conv2d):
            several += 1
        tuples += type(m) in (nn.Conv2d, Conv2d)
    return plain, other, several, tuples


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(3, 4, 3, pad_mode="pad", padding=1, has_bias=True)
        self.second = Conv2d(4, 4, 3, padding=1, padding_mode="reflect")
        self.act = nn.ReLU()


def run():
    return count(Net())
