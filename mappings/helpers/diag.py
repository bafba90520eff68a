from mindspore import ops


def diag(input):
    """A matrix with this diagonal, or the diagonal of this matrix, as torch.diag does."""
    return ops.diag(input) if input.ndim == 1 else ops.diagonal(input, 0, 0, 1)
