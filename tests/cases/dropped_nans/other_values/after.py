import math

from mindspore import ops, Tensor


def best(x: Tensor, scores: list[float]):
    if not scores:
        return math.nan
    return ops.relu(x).max() + x.clamp(0, 1).sum() + max(scores)


def checked(x: Tensor):
    y = ops.where(ops.isnan(x), ops.zeros_like(x), x)
    return ops.relu(y), y.max(), best(x, [1.0, 2.0])
