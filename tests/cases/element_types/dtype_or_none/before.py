import torch
from torch import nn


def none_is_none(x: torch.Tensor):
    total = torch.cumsum(x, 0, dtype=None)
    return total, torch.log_softmax(x, dim=1, dtype=None), torch.full((2,), 1.5, dtype=None), torch.ones([], dtype=None)


def settled(x: torch.Tensor, dtype=None):
    if dtype is None:
        dtype = torch.float64
    return x.cumsum(0, dtype=dtype), torch.full((2,), 1.5, dtype=dtype)


def open_default(x: torch.Tensor, dtype=None):
    return x.cumsum(0, dtype=dtype), torch.softmax(x, -1, dtype=dtype)


class Norms(nn.Module):
    def __init__(self):
        super().__init__()
        self.groups = nn.GroupNorm(1, 3, dtype=None)
        self.batch = nn.BatchNorm1d(3, dtype=None)
        self.linear = nn.Linear(3, 3, device=None, dtype=None)

    def forward(self, x):
        return self.linear(self.batch(self.groups(x)))
