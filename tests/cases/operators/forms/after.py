import mindspore as ms
from mindspore import nn, ops, Tensor


class Net(nn.Cell):
    def construct(self, x, lengths):
        return -x - 1, x & ~1, lengths // 4


def shifted():
    codes = ms.tensor([5, 6])
    places = ops.arange(3)
    bits = (ops.bitwise_right_shift(codes[:, None], places)) & 1
    codes *= 4
    other = ms.tensor([9, 3])
    other = ops.bitwise_right_shift(other, codes - 20)
    return bits, codes, other, ops.bitwise_left_shift(1, places), codes * 2, -codes - 1, -(-codes - 1), [0] * int(places[2])


def widened():
    scale = ms.tensor(2.0, dtype=ms.float64)
    x = ops.ones((3,))
    half = ops.ones((2,), ms.float16)
    counts = ms.tensor([1, 2], dtype=ms.int32)
    return scale.float() + x, x - scale.float(), x**scale.float(), x * scale, half + x.sum().half(), counts + ms.tensor(3).int()


def magnitudes(x: Tensor):
    return ops.ComplexAbs()(ops.rfft(x))
