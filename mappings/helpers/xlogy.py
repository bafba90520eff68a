from mindspore import ops


def xlogy(input, other):
    """input * log(other); where both are 0 it is 0, where ops.xlogy gives NaN."""
    both_zero = ops.logical_and(input == 0, other == 0)
    return ops.xlogy(input, ops.where(both_zero, 1.0, other))
