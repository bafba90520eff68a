from mindspore import ops


def max_pool1d(input, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False):
    """1-D max pooling, as a 2-D one of height 1."""
    stride = kernel_size if stride is None else stride
    kernel_size = (1, kernel_size if isinstance(kernel_size, int) else kernel_size[0])
    stride = (1, stride if isinstance(stride, int) else stride[0])
    padding = (0, padding if isinstance(padding, int) else padding[0])
    dilation = (1, dilation if isinstance(dilation, int) else dilation[0])
    out = ops.max_pool2d(input.expand_dims(-2), kernel_size, stride, padding, dilation, ceil_mode=ceil_mode)
    return out.squeeze(-2)
