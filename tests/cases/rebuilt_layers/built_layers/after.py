from mindspore import nn, ops


def set_conv2d(conv, stride=None, padding=None, dilation=None):
    """Give an nn.Conv2d another stride, padding or dilation; its operator is built anew."""
    old, pair = conv.conv2d, lambda value: tuple(value) if hasattr(value, "__len__") else (value, value)
    conv.stride = conv.stride if stride is None else pair(stride)
    conv.dilation = conv.dilation if dilation is None else pair(dilation)
    pad_mode, sides = old.pad_mode, old.padding
    if padding is not None:
        conv.padding = h, w = pair(padding)
        if getattr(conv, "border", None) is None:  # torch keeps the border of another padding_mode, too
            pad_mode, sides = "pad", (h, h, w, w)
    conv.conv2d = ops.Conv2D(
        conv.out_channels, conv.kernel_size, 1, pad_mode, sides, conv.stride, conv.dilation, conv.group
    )


def set_max_pool2d(pool, padding):
    """Give an nn.MaxPool2d another padding; its operator is built anew."""
    old = pool.max_pool
    dilation, ceil_mode = (old.dilation[-2:], old.ceil_mode) if pool.use_pad else (1, False)
    new = nn.MaxPool2d(pool.kernel_size, pool.stride, "pad", padding, dilation, ceil_mode=ceil_mode)
    pool.use_pad, pool.padding, pool.max_pool = True, new.padding, new.max_pool


def dilate(model, rate):
    for _, mod in model.cells_and_names():
        if isinstance(mod, nn.Conv2d):
            set_conv2d(mod, stride=(1, 1))
            set_conv2d(mod, dilation=(rate, rate))
            kh, kw = mod.kernel_size
            set_conv2d(mod, padding=((kh // 2) * rate, (kh // 2) * rate))
        elif isinstance(mod, nn.MaxPool2d):
            set_max_pool2d(mod, padding=1)
    return model


def build():
    return nn.SequentialCell(nn.Conv2d(3, 4, 3, stride=2, pad_mode='pad', padding=1, has_bias=True), nn.ReLU(), nn.MaxPool2d(3, 2))
