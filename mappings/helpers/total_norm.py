"""The norm of several tensors taken together."""

from mindspore import ops


def total_norm(tensors, norm_type=2.0):
    """The norm of several tensors taken together."""
    flat = ops.cat([tensor.reshape(-1) for tensor in tensors])
    return ops.norm(flat, norm_type)
