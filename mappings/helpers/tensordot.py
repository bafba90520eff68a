import math

from mindspore import ops


def tensordot(a, b, dims=2):
    """Contract tensors over several dimensions, as torch.tensordot does."""
    if isinstance(dims, int):
        left, right = list(range(a.ndim - dims, a.ndim)), list(range(dims))
    else:
        left, right = [d % a.ndim for d in dims[0]], [d % b.ndim for d in dims[1]]
    keep_a = [d for d in range(a.ndim) if d not in left]
    keep_b = [d for d in range(b.ndim) if d not in right]
    size = math.prod(a.shape[d] for d in left)
    shape = tuple(a.shape[d] for d in keep_a) + tuple(b.shape[d] for d in keep_b)
    a = a.permute(tuple(keep_a + left)).reshape(-1, size)
    b = b.permute(tuple(right + keep_b)).reshape(size, -1)
    return ops.matmul(a, b).reshape(shape)
