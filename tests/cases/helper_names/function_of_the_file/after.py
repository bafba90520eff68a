from mindspore import ops


def _mish(input, inplace=False):
    """x * tanh(softplus(x)), the tanh written as a sigmoid."""
    return input * (2 * ops.sigmoid(2 * ops.softplus(input)) - 1)


def mish(x):
    return _mish(x)
