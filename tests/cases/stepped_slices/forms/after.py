from mindspore import nn, ops, Tensor


class PatchMerging(nn.Cell):
    """Swin's: every other row and column becomes a channel."""

    def construct(self, x):
        x0 = x.index_select(1, ops.arange(0, x.shape[1], 2)).index_select(2, ops.arange(0, x.shape[2], 2))  # B H/2 W/2 C
        x1 = x.index_select(1, ops.arange(1, x.shape[1], 2)).index_select(2, ops.arange(0, x.shape[2], 2))
        x2 = x.index_select(1, ops.arange(0, x.shape[1], 2)).index_select(2, ops.arange(1, x.shape[2], 2))
        x3 = x.index_select(1, ops.arange(1, x.shape[1], 2)).index_select(2, ops.arange(1, x.shape[2], 2))
        return ops.cat([x0, x1, x2, x3], -1)


class Focus(nn.Cell):
    """YOLO's."""

    def __init__(self, stride=2):
        super().__init__()
        self.conv = nn.Conv2d(3, 3, 1, pad_mode="valid", has_bias=True)
        self.stride = stride

    def construct(self, x):
        y = ops.cat([x.index_select(-2, ops.arange(0, x.shape[-2], 2))[..., ::2], x.index_select(-2, ops.arange(1, x.shape[-2], 2))[..., ::2]], 1)
        return self.conv(x).swapaxes(0, 1)[::2].swapaxes(0, 1).swapaxes(0, 2)[1::2].swapaxes(0, 2), self.conv(x).swapaxes(0, 2)[::self.stride].swapaxes(0, 2), y


class Shortcut(nn.Cell):
    """Option A of ResNets for CIFAR."""

    def __init__(self, planes):
        super().__init__()
        self.shortcut = lambda x: ops.pad(x.index_select(2, ops.arange(0, x.shape[2], 2)).index_select(3, ops.arange(0, x.shape[3], 2)), (0, 0, 0, 0, planes // 4, planes // 4), "constant", 0)

    def construct(self, x):
        return self.shortcut(x)


def bounded(x: Tensor, start: int = 1):
    return x.index_select(1, ops.arange(x.shape[1])[1:-1:2]), x.index_select(1, ops.arange(x.shape[1])[start::2]), x.index_select(-2, ops.arange(x.shape[-2])[:3:2])[..., 0], x.index_select(1, ops.arange(x.shape[1])[-3::2])


def mixed(x: Tensor, i: int = 1):
    return x.index_select(2, ops.arange(0, x.shape[2], 2))[:, 1], x.index_select(1, ops.arange(0, x.shape[1], 2))[::2], x.index_select(1, ops.arange(0, x.shape[1], 2))[:, None], x.index_select(2, ops.arange(1, x.shape[2], 2))[i, :2], x.index_select(1, ops.arange(0, x.shape[1], 2))[:, :, ..., ::2], x.index_select(2, ops.arange(0, x.shape[2], 2))[:, ::1]


def unknown_axis(x: Tensor, mask: Tensor):
    # TODO(torch2ms): [T2M703] select by index_select (the gradient of a slice with a step on an
    #   axis in the middle raises on CPU, and which axis this is cannot be told)
    return x[mask, ::2]
