import math

import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Linear(3, 4)
        self.norm = nn.BatchNorm1d(4)
        self.head = nn.Linear(4, 2)
        self.register_buffer("steps", torch.zeros(7))
        for p in self.body.parameters():
            p.requires_grad = False

    def forward(self, x):
        return self.head(self.norm(self.body(x)))


def count(net: nn.Module):
    return sum(p.numel() for p in net.parameters())


def size(net: nn.Module):
    return math.sqrt(sum(p.numel() for _, p in net.named_parameters()))


def main(net: nn.Module):
    return count(net), size(net), [tuple(p.shape) for p in net.parameters()]
