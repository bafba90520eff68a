import math
import mindspore as ms
from mindspore import ops, Tensor


def fill_diagonal(input, fill_value, wrap=False):
    """A copy with another main diagonal; with `wrap` it begins anew below it in a matrix that is higher than wide."""
    step = 1 + sum(math.prod(input.shape[axis + 1 :]) for axis in range(input.ndim - 1))
    place = ops.arange(math.prod(input.shape)).reshape(input.shape)
    on_diagonal = place % step == 0
    if input.ndim == 2 and not wrap:
        on_diagonal = ops.logical_and(on_diagonal, place < input.shape[1] * input.shape[1])
    return ops.where(on_diagonal, ms.tensor(fill_value, input.dtype), input)


def distances(x: Tensor, table: Tensor):
    d = x.square().sum(1, keepdim=True) + table.square().sum(1)
    d = ops.addmm(d, x, table.T, alpha=-2)
    return d, ops.argmin(d, 1).astype(ms.int64)


def identity_block(n: int, k: int):
    mask = ops.zeros((n, n))
    mask[:k, :k] = -1e4
    mask[:k, :k] = fill_diagonal(mask[:k, :k], 0)
    return mask


def batches(x: Tensor, a: Tensor, b: Tensor):
    y = x * 2
    y = ops.baddbmm(y, a, b, beta=0.5)
    y[0] = ops.addmm(y[0], a[0], b[0])
    y[1] = ops.addbmm(y[1], a, b, alpha=0.5)
    return y


def vectors(x: Tensor, a: Tensor, b: Tensor):
    y = x.copy()
    y = y + 3 * ops.outer(a, b)
    y[0] = ops.addmv(y[0], x.T, a)
    y = y + 0.1 * x * x + 2 * x / (x.abs() + 1)
    return y
