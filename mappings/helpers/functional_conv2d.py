from mindspore import ops


def conv2d(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    """ops.conv2d with lists for tuples, and a padding that is a number, a tuple, "same" or "valid"."""
    if isinstance(stride, list):
        stride = tuple(stride)
    if isinstance(dilation, list):
        dilation = tuple(dilation)
    if isinstance(padding, str):
        return ops.conv2d(input, weight, bias, stride, padding, 0, dilation, groups)
    return ops.conv2d(input, weight, bias, stride, "pad", padding, dilation, groups)
