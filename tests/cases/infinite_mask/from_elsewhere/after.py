import mindspore as ms
from mindspore import ops


def softmax_with_nan(x, axis, dtype=None):
    """ops.softmax; NaN along `axis` where there is nothing but -inf."""
    return ops.softmax(x - x.max(axis, keepdims=True), axis, dtype=dtype)


def make_bias(mask):
    return ops.zeros((2, 3)).masked_fill(mask, float("-inf"))


def attend(scores, mask):
    return softmax_with_nan(scores + make_bias(mask), -1)


def weigh(scores):
    return ops.softmax(scores - scores.max(-1, keepdims=True), -1, dtype=ms.float32)


def logs(scores, mask):
    return softmax_with_nan(scores + mask.float().log(), -1)


def filled(scores, value=float("-inf"), mask=None):
    if mask is not None:
        scores = scores.masked_fill(mask, value)
    return ops.softmax(scores - scores.max(-1, keepdims=True), -1)


def main():
    scores = ops.arange(6.0).reshape(2, 3)
    mask = ms.tensor([[True, True, True], [False, True, False]])
    empty = ops.full((2, 3), float("-inf"), dtype=ms.float32)
    empty[1] = 1.0
    return ops.isnan(attend(scores, mask)), weigh(empty), logs(scores, ~mask), filled(scores, mask=mask)
