"""Another padding for a MaxPool2d that is built already."""

from mindspore import nn


def set_max_pool2d(pool, padding):
    """Give an nn.MaxPool2d another padding; its operator is built anew."""
    old = pool.max_pool
    dilation, ceil_mode = (old.dilation[-2:], old.ceil_mode) if pool.use_pad else (1, False)
    new = nn.MaxPool2d(pool.kernel_size, pool.stride, "pad", padding, dilation, ceil_mode=ceil_mode)
    pool.use_pad, pool.padding, pool.max_pool = True, new.padding, new.max_pool
