from mindspore import ops


def hardswish(input, inplace=False):
    """x * relu6(x + 3) / 6, with torch's arguments."""
    return ops.hardswish(input)
