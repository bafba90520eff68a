from mindspore import ops


def tanhshrink(input):
    """x - tanh(x), the tanh written as a sigmoid."""
    return input + 1 - 2 * ops.sigmoid(2 * input)
