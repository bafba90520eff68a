import numpy as np
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.lin = nn.Linear(4, 4)
        self.scale = 1.0 / np.sqrt(dim)
        self.rows = np.array([1, 0, 2])

    def forward(self, x):
        x = self.lin(x)
        x = 0.5 * x * (1.0 + torch.tanh(np.sqrt(2.0 / np.pi) * (x + 0.04 * x**3)))
        order = np.arange(x.shape[0])[::-1].copy()
        return self.scale * x[order], -0.5 * np.log(2 * np.pi) - x[self.rows]


def numbers(x: torch.Tensor):
    levels = np.linspace(0, 1, 3)
    count = np.prod((2, 3))
    flags = np.float64(0.5) < x
    return [level * x for level in levels], levels.mean() - x, levels[1] * x, count * x, flags, np.max(levels) + x


def indexes(x: torch.Tensor):
    best = np.argmax(np.array([0.1, 0.9]))
    rows = np.array([2, 0])
    keep = np.array([True, False, True])
    x = x.clone()
    x[rows, 1] = 5.0
    return x[best], x[rows], x[:, rows], x[keep], x[: np.int64(2)], [x[row] for row in rows]
