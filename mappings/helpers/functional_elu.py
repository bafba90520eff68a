from mindspore import ops


def elu(input, alpha=1.0, inplace=False):
    """x above 0, alpha * (exp(x) - 1) below."""
    return ops.relu(input) + alpha * (ops.exp(ops.minimum(input, 0)) - 1)
