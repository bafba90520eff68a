from mindspore import ops


def hardtanh(input, min_val=-1.0, max_val=1.0, inplace=False):
    """x between two bounds, with torch's arguments."""
    return ops.hardtanh(input, min_val, max_val)
