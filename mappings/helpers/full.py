"""A tensor of one value, whose type is that of the value."""

import mindspore as ms
from mindspore import ops


def full(size, fill_value):
    """Tensor of `size`: float32 for a float, int64 for an int, bool for a bool, that of a tensor for a tensor."""
    value = ms.tensor(fill_value)
    return ops.full(size, value, dtype=value.dtype)
