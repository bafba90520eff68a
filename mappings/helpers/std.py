from mindspore import ops


def std(input, dim=None, correction=1, keepdim=False):
    """The standard deviation. Where all values are equal its gradient is zero, as in torch; that of ops.std is NaN."""
    variance = input.var(dim, correction, keepdim)
    is_spread = variance > 0
    return ops.where(is_spread, ops.sqrt(ops.where(is_spread, variance, 1)), variance)
