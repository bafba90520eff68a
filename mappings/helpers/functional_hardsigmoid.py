from mindspore import ops


def hardsigmoid(input, inplace=False):
    """relu6(x + 3) / 6, with torch's arguments."""
    return ops.hardsigmoid(input)
