"""Values taken along an axis, the other axes of both tensors being broadcast against each other."""

from mindspore import ops


def take_along_dim(input, indices, dim):
    """What stands in `input` at `indices` along `dim`; on the other axes a length of 1 goes with any length."""
    dim = dim % input.ndim
    shape = [indices.shape[i] if input.shape[i] == 1 else input.shape[i] for i in range(input.ndim)]
    source, wanted = list(shape), list(shape)
    source[dim], wanted[dim] = input.shape[dim], indices.shape[dim]
    if tuple(source) != input.shape:
        input = ops.broadcast_to(input, tuple(source))
    if tuple(wanted) != indices.shape:
        indices = ops.broadcast_to(indices, tuple(wanted))
    return ops.gather_elements(input, dim, indices)
