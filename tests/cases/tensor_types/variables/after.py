import numpy as np
import mindspore as ms
from mindspore import nn, ops

Tensor = ms.float32
LongTensor = ms.int64
Ids = ms.Tensor


def targets(n):
    valid = ops.full_like(ops.zeros((n, 1), ms.float32), 1.0)
    fake = ops.full_like(ops.zeros((n, 1), ms.float32), 0.0)
    return valid - 2 * fake


def noise(n):
    z = ms.tensor(np.random.normal(0, 1, (n, 100)), ms.float32)
    labels = ms.tensor(np.random.randint(0, 10, n), ms.int64)
    return z, labels


def cast(images: ms.Tensor):
    real = images.astype(Tensor)
    return real * 2, images.astype(ms.int64), images.astype(ms.float64)


def pick(table: ms.Tensor, ids: Ids) -> ms.Tensor:
    return table[ms.tensor([1, 0], ms.int64)] + table[ids]


class Net(nn.Cell):
    def __init__(self, gpu=False):
        super().__init__()
        self.lin = nn.Dense(3, 2)
        if gpu:
            self.kind = ms.float32
        else:
            self.kind = ms.float32

    def construct(self, x):
        hidden = ops.zeros_like(ops.zeros((x.shape[0], 2), ms.float32))
        return self.lin(x.astype(self.kind)) + hidden
