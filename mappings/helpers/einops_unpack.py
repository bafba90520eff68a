"""einops.unpack."""

import math


def unpack(tensor, packed_shapes, pattern):
    """Split a tensor along the axis `*` into tensors that have the given shapes there, as einops.unpack does."""
    axis = pattern.split().index("*")
    sizes = [-1 if -1 in shape else math.prod(shape) for shape in packed_shapes]
    if -1 in sizes:
        sizes[sizes.index(-1)] = tensor.shape[axis] - sum(sizes) - 1
    result, start = [], 0
    for shape, size in zip(packed_shapes, sizes, strict=True):
        part = tensor[(*[slice(None)] * axis, slice(start, start + size))]
        result.append(part.reshape((*tensor.shape[:axis], *shape, *tensor.shape[axis + 1 :])))
        start += size
    return result
