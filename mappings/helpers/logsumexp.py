from mindspore import ops


def logsumexp(input, dim, keepdim=False):
    """ops.logsumexp; the sum of nothing but -inf is -inf, and not NaN."""
    largest = ops.stop_gradient(ops.amax(input, dim, True))
    largest = ops.where(ops.isfinite(largest), largest, ops.zeros_like(largest))
    result = ops.log(ops.exp(input - largest).sum(dim, keepdims=True)) + largest
    return result if keepdim else result.squeeze(dim)
