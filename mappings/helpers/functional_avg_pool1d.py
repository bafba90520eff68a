from mindspore import ops


def avg_pool1d(input, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True):
    """ops.avg_pool1d with torch's arguments."""
    stride = kernel_size if stride is None else stride
    kernel_size = kernel_size if isinstance(kernel_size, int) else kernel_size[0]
    stride = stride if isinstance(stride, int) else stride[0]
    padding = padding if isinstance(padding, int) else padding[0]
    return ops.avg_pool1d(input, kernel_size, stride, padding, ceil_mode, count_include_pad)
