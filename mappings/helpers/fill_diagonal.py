import math

import mindspore as ms
from mindspore import ops


def fill_diagonal(input, fill_value, wrap=False):
    """A copy with another main diagonal; with `wrap` it begins anew below it in a matrix that is higher than wide."""
    step = 1 + sum(math.prod(input.shape[axis + 1 :]) for axis in range(input.ndim - 1))
    place = ops.arange(math.prod(input.shape)).reshape(input.shape)
    on_diagonal = place % step == 0
    if input.ndim == 2 and not wrap:
        on_diagonal = ops.logical_and(on_diagonal, place < input.shape[1] * input.shape[1])
    return ops.where(on_diagonal, ms.tensor(fill_value, input.dtype), input)
