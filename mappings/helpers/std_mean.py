from mindspore import ops


def std_mean(input, dim=None, correction=1, keepdim=False):
    """Standard deviation and mean, with a gradient of zero where all values are equal; that of ops.std_mean is NaN."""
    dim = tuple(dim) if isinstance(dim, list) else dim
    variance = input.var(dim, correction, keepdim)
    is_spread = variance > 0
    std = ops.where(is_spread, ops.sqrt(ops.where(is_spread, variance, 1)), variance)
    return std, input.mean(dim, keepdim)
