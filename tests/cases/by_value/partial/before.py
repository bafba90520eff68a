from functools import partial

import torch
import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    """Activations with arguments bound: those have other names in MindSpore."""

    def __init__(self):
        super().__init__()
        self.leaky = partial(F.leaky_relu, negative_slope=0.2)
        self.tanh_gelu = partial(F.gelu, approximate="tanh")
        self.normalized = partial(F.softmax, dim=-1)
        self.elu = partial(F.elu, alpha=0.5)
        self.half = partial(torch.add, alpha=0.5)
        self.drop = partial(F.dropout, p=0.0)
        self.lin = nn.Linear(3, 4)

    def forward(self, x):
        y = self.leaky(self.lin(x))
        z = self.normalized(y) + self.tanh_gelu(y)
        return self.drop(self.half(z, self.elu(-y)))


def joined(x, y):
    by_rows = partial(torch.cat, dim=1)
    total = partial(torch.sum, dim=-1)
    return total(by_rows([x, y]))


def pooled(x):
    pool = partial(F.max_pool2d, kernel_size=2)  # with the stride of its kernel
    return pool(x)


def clipped(x):
    hard = partial(F.hardtanh, min_val=-0.5)
    return hard(x, max_val=0.25)


def nested(x):
    act = partial(partial(F.leaky_relu, negative_slope=0.2), inplace=True)
    return act(x * 1)


def filled(x):
    fill = partial(nn.init.constant_, val=0.5)
    weight = nn.Parameter(x)
    fill(weight)
    return weight


def drawn(x):
    init = partial(nn.init.kaiming_uniform_, a=0.1, mode="fan_out")
    weight = nn.Parameter(x)
    init(weight)
    return weight
