from mindspore import ops


def celu(input, alpha=1.0, inplace=False):
    """x above 0, alpha * (exp(x / alpha) - 1) below, with torch's arguments."""
    return ops.celu(input, alpha)
