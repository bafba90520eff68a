from mindspore import ops


def avg_pool2d(
    input,
    kernel_size,
    stride=None,
    padding=0,
    ceil_mode=False,
    count_include_pad=True,
    divisor_override=None,
):
    """ops.avg_pool2d with torch's arguments."""
    stride = kernel_size if stride is None else stride
    kernel_size = kernel_size if isinstance(kernel_size, int) else tuple(kernel_size)
    stride = stride if isinstance(stride, int) else tuple(stride)
    if not isinstance(padding, int):
        padding = (padding[0], padding[0], padding[1], padding[1])
    divisor = 0 if divisor_override is None else divisor_override
    return ops.avg_pool2d(input, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor)
