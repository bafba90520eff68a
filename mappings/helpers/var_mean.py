def var_mean(input, dim=None, correction=1, keepdim=False):
    """Variance and mean; the gradient of ops.var_mean is NaN where all values are equal."""
    dim = tuple(dim) if isinstance(dim, list) else dim
    return input.var(dim, correction, keepdim), input.mean(dim, keepdim)
