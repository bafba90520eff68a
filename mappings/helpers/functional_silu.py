from mindspore import ops


def silu(input, inplace=False):
    """x * sigmoid(x), with torch's arguments."""
    return ops.silu(input)
