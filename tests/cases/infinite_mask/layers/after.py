import mindspore as ms
from mindspore import nn, ops


def without_largest(x, axis):
    """x less its largest value along `axis`, which has the same softmax; NaN where there is nothing but -inf."""
    return x - x.max(axis, keepdims=True)


class Attention(nn.Cell):
    def __init__(self):
        super().__init__()
        self.softmax = nn.Softmax(axis=-1)
        self.over_rows = nn.Softmax(axis=0)

    def bias(self, mask):
        return ops.where(mask, float("-inf"), 0.0)

    def construct(self, scores, mask):
        scores = scores.masked_fill(mask, float("-inf"))
        return ops.nan_to_num(self.softmax(scores - scores.max(-1, keepdims=True))), self.over_rows(without_largest(scores * 2, 0))

    def added(self, scores, mask):
        return self.softmax(without_largest(scores + self.bias(mask), -1))


def plain(scores):
    return nn.Softmax(axis=-1)(scores)


def main():
    scores = ops.arange(6.0).reshape(2, 3)
    mask = ms.tensor([[True, True, True], [False, True, False]])
    attention = Attention()
    return attention(scores, mask), ops.isnan(attention.added(scores, mask)), plain(scores)
