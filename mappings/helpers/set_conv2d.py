"""Another stride, padding or dilation for a Conv2d that is built already."""

from mindspore import ops


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
