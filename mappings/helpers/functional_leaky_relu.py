from mindspore import ops


def leaky_relu(input, negative_slope=0.01, inplace=False):
    """x above 0, negative_slope * x below, with torch's arguments."""
    return ops.leaky_relu(input, negative_slope)
