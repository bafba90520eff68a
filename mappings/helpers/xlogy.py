from mindspore import ops


def xlogy(input, other):
    """input * log(other); 0 where `input` is 0, also where `other` has no logarithm and ops.xlogy gives NaN."""
    nothing = ops.logical_and(input == 0, other <= 0)
    return ops.xlogy(input, ops.where(nothing, 1.0, other))
