from torch import Tensor


def top(x: Tensor, keep: Tensor):
    return x.masked_fill(~keep, float("-inf")).argmax(1)
