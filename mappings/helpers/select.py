def select(input, dim, index):
    """Take one slice along a dimension, as torch.select does."""
    return input[(slice(None),) * (dim % input.ndim) + (index,)]
