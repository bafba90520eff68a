from mindspore import ops


def unfold_dim(input, dimension, size, step):
    """Windows along one dimension, in a new last dimension, as torch.Tensor.unfold gives them."""
    dimension = dimension % input.ndim
    count = (input.shape[dimension] - size) // step + 1
    start = ops.arange(0, count * step, step).reshape(-1, 1)
    windows = ops.gather(input, (start + ops.arange(size)).reshape(-1), dimension)
    shape = (*input.shape[:dimension], count, size, *input.shape[dimension + 1 :])
    return ops.movedim(windows.reshape(shape), dimension + 1, -1)
