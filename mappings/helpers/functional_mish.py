from mindspore import ops


def mish(input, inplace=False):
    """x * tanh(softplus(x)), the tanh written as a sigmoid."""
    return input * (2 * ops.sigmoid(2 * ops.softplus(input)) - 1)
