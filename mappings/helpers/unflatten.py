def unflatten(input, dim, sizes):
    """Split one dimension into several, as torch.unflatten does."""
    dim = dim % input.ndim
    return input.reshape(input.shape[:dim] + tuple(sizes) + input.shape[dim + 1 :])
