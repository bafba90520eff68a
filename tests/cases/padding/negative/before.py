import torch
import torch.nn.functional as F
from torch import nn


def shifted(x, amount):
    return F.pad(x, (0, 0, amount, -amount), value=0.0)


def pad_at_dim(t, pad, dim=-1, value=0.0):
    dims_from_right = (-dim - 1) if dim < 0 else (t.ndim - dim - 1)
    zeros = (0, 0) * dims_from_right
    return F.pad(t, (*zeros, *pad), value=value)


def around(x):
    shifts = ((1, -1, 0, 0), (-1, 1, 0, 0), (0, 0, 1, -1), (0, 0, -1, 1))
    moved = list(map(lambda shift: F.pad(x, shift), shifts))
    return torch.cat((x, *moved), dim=1)


class Crop(nn.Module):
    def __init__(self):
        super().__init__()
        self.border = [-1, -1]

    def forward(self, x):
        return F.pad(x, pad=self.border) + pad_at_dim(x, (2, -2), dim=-2)[..., 1:-1]


def run(x):
    # the same shapes again and again: the kernel must not remember
    first = [shifted(x, n) for n in (1, 2, 1)]
    second = [around(x)[:, : x.shape[1]] for _ in range(3)]
    third = [Crop()(x) for _ in range(3)]
    return first, second, third
