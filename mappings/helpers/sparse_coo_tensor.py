import mindspore as ms
from mindspore import Tensor, ops


def sparse_coo_tensor(indices, values, size=None, dtype=None):
    """A sparse tensor as the dense one it stands for: values at the same place add up, the rest is zero."""
    indices = indices if isinstance(indices, Tensor) else ms.tensor(indices, ms.int64)
    values = values if isinstance(values, Tensor) else ms.tensor(values)
    values = values if dtype is None else values.astype(dtype)
    if size is None:
        size = tuple(int(n) + 1 for n in indices.max(axis=1)) + values.shape[1:]
    return ops.tensor_scatter_add(ops.zeros(tuple(size), values.dtype), indices.T, values)
