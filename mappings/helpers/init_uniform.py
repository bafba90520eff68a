from mindspore import ops


def uniform_(tensor, a=0.0, b=1.0, generator=None):
    """Draw the values of a tensor anew, as torch.nn.init does, and return it."""
    values = a + (b - a) * ops.rand(tensor.shape, dtype=tensor.dtype)
    return ops.assign(tensor, values)
