import numpy as np
from mindspore import nn, ops, Tensor


class Net(nn.Cell):
    def __init__(self, dim):
        super().__init__()
        self.lin = nn.Dense(4, 4)
        self.scale = 1.0 / np.sqrt(dim)
        self.rows = np.array([1, 0, 2])

    def construct(self, x):
        x = self.lin(x)
        x = 0.5 * x * (1.0 + (2 * ops.sigmoid(2 * (float(np.sqrt(2.0 / np.pi)) * (x + 0.04 * x**3))) - 1))
        order = np.arange(x.shape[0])[::-1].copy()
        return float(self.scale) * x[Tensor(order)], float(-0.5 * np.log(2 * np.pi)) - x[Tensor(self.rows)]


def numbers(x: Tensor):
    levels = np.linspace(0, 1, 3)
    count = np.prod((2, 3))
    flags = float(np.float64(0.5)) < x
    return [float(level) * x for level in levels], float(levels.mean()) - x, float(levels[1]) * x, int(count) * x, flags, float(np.max(levels)) + x


def indexes(x: Tensor):
    best = np.argmax(np.array([0.1, 0.9]))
    rows = np.array([2, 0])
    keep = np.array([True, False, True])
    x = x.copy()
    x[Tensor(rows), 1] = 5.0
    return x[int(best)], x[Tensor(rows)], x[:, Tensor(rows)], x[Tensor(keep)], x[: int(np.int64(2))], [x[int(row)] for row in rows]
