from mindspore import ops


def nonzero_tuple(input):
    """Indices of the nonzero elements, one tensor per dimension, as torch.where(condition) gives them."""
    indices = ops.nonzero(input)
    return tuple(indices[:, i] for i in range(input.ndim))
