import mindspore as ms
from mindspore import nn, ops, Tensor


def none_is_none(x: Tensor):
    total = ops.cumsum(x, 0, dtype=None)
    return total, ops.log_softmax(x, axis=1), ops.full((2,), 1.5, dtype=ms.float32), ops.ones([], ms.float32)


def settled(x: Tensor, dtype=None):
    if dtype is None:
        dtype = ms.float64
    return ops.cumsum(x.astype(dtype), 0), ops.full((2,), 1.5, dtype=dtype)


def open_default(x: Tensor, dtype=None):
    # TODO(torch2ms): [T2M308] give it the dtype that is meant (dtype may be None here, which torch
    #   takes for no dtype and MindSpore does not)
    return ops.cumsum(x.astype(dtype), 0), ops.softmax(x, -1, dtype=dtype)


class Norms(nn.Cell):
    def __init__(self):
        super().__init__()
        self.groups = nn.GroupNorm(1, 3)
        self.batch = nn.BatchNorm1d(3)
        self.linear = nn.Dense(3, 3)

    def construct(self, x):
        return self.linear(self.batch(self.groups(x)))
