import torch
from torch import nn as layers
from torch.nn import Parameter


def ops(x):
    return x


def Tensor(value):
    return value


class Net(layers.Module):
    def __init__(self, nn, ms):
        super().__init__()
        self.p = Parameter(torch.zeros(3))
        self.fc = layers.Linear(nn, ms)

    def forward(self, x: torch.Tensor):
        return torch.relu(ops(x)).half() + Tensor(self.p)
