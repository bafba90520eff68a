import mindspore as ms
from mindspore import nn, ops


def main():
    scores = ms.tensor([[1.0, float("inf"), 2.0], [1.0, 2.0, 3.0]])
    empty = ops.full((2, 3), float("-inf"), dtype=ms.float32)
    # TODO(torch2ms): [T2M703] look for +inf before, with ops.isinf(scores).any() (of a row with
    #   +inf the softmax is NaN throughout in torch; MindSpore's kernel for CPU gives 0 and NaN
    #   there)
    #   [T2M703] put -1e9 there (MindSpore's kernel for CPU gives NaN, or another row's softmax, as
    #   soon as a value is -inf)
    return ops.softmax(scores, axis=-1), nn.Softmax(axis=-1)(scores), ops.gumbel_softmax(empty, dim=-1)
