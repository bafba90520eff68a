from mindspore import ops


def logaddexp(input, other):
    """ops.logaddexp; that of -inf and -inf is -inf, and not NaN."""
    equal = input == other
    apart = ops.abs(input - ops.where(equal, input, other))
    return ops.maximum(input, other) + ops.log1p(ops.exp(-ops.where(equal, ops.zeros_like(apart), apart)))
