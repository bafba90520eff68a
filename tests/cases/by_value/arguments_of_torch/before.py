import torch
import torch.nn.functional as F
from torch import nn

GATES = {"relu": F.relu, "sigmoid": F.hardsigmoid}


def gated(x, name):
    gate = GATES[name]
    return gate(x * 1, inplace=True)


class Block(nn.Module):
    def __init__(self, act=F.leaky_relu, init=nn.init.zeros_):
        super().__init__()
        self.act = act
        self.weight = nn.Parameter(torch.ones(3))
        init(self.weight)

    def forward(self, x):
        return self.act(x + self.weight, negative_slope=0.3)


def by_axis(x):
    normalize = F.softmax
    return normalize(x, dim=0) + normalize(x, dim=-1)


def by_position(x):
    normalize = F.log_softmax
    return normalize(x, -1)
