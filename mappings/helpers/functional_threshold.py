from mindspore import ops


def threshold(input, threshold, value, inplace=False):
    """x above a threshold, a value below, with torch's arguments."""
    return ops.threshold(input, threshold, value)
