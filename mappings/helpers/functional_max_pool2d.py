from mindspore import ops


def max_pool2d(input, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, return_indices=False):
    """ops.max_pool2d with torch's arguments, which may be lists."""
    stride = kernel_size if stride is None else stride
    kernel_size = kernel_size if isinstance(kernel_size, int) else tuple(kernel_size)
    stride = stride if isinstance(stride, int) else tuple(stride)
    padding = padding if isinstance(padding, int) else tuple(padding)
    dilation = dilation if isinstance(dilation, int) else tuple(dilation)
    return ops.max_pool2d(input, kernel_size, stride, padding, dilation, return_indices, ceil_mode)
