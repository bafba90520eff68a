import numpy as np
import torch
from torch import nn


class Boxes(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("table", torch.zeros(4, 6))

    def forward(self, x):
        rows = x[::2]
        halves = torch.cat([-x[..., 1::2], x[..., ::2]], -1)
        both = x[1::2, ..., ::2]
        part = x[:, 1:3, :1]
        table = self.table[:, ::2]
        return rows, halves, both, part, table


def changed(x: torch.Tensor):
    y = x * 2
    y[:, ::2] = 0
    return y


@torch.no_grad()
def evaluated(x: torch.Tensor):
    return x[:, ::2]


def not_tensors(a: np.ndarray, items: list):
    return a[:, ::2], items[::2], [1, 2, 3][::2]
