from mindspore import ops


def elu(input, alpha=1.0, inplace=False):
    """x above 0, alpha * (exp(x) - 1) below."""
    return ops.where(input > 0, input, alpha * (ops.exp(ops.where(input > 0, 0.0, input)) - 1))
