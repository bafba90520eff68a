import math

from mindspore import nn, ops, Tensor


def attend(q: Tensor, k: Tensor, mask: Tensor):
    scores = q @ k.swapaxes(-2, -1) / math.sqrt(q.shape[-1])
    scores = scores.masked_fill(mask == 0, float("-inf"))  # not these
    return ops.softmax(scores - scores.max(-1, keepdims=True), -1)


def gated(x: Tensor, keep: Tensor):
    x = ops.where(keep, x * 2, -float("inf"))
    return ops.softmax(x - x.max(-1, keepdims=True), -1)


class Pool(nn.Cell):
    def __init__(self):
        super().__init__()
        self.softmax = nn.Softmax(axis=1)

    def construct(self, x: Tensor, pad: Tensor):
        y = x * 1
        y[pad] = -math.inf
        z = x.copy()
        z = z.masked_fill(pad, float("-inf"))
        return self.softmax(y - y.max(1, keepdims=True)) + self.softmax(z - z.max(1, keepdims=True))
