import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("steps", torch.zeros(2, dtype=torch.int32))
        self.fc = nn.Linear(3, 4)
        self.bn = nn.BatchNorm1d(4)

    def forward(self, x):
        return self.bn(self.fc(x.to(next(self.parameters()).dtype)))


def kind(net: Net):
    return type(net.parameters()).__name__


def skipped(net: Net):
    found = []
    for name, p in net.named_parameters():
        if p.requires_grad:
            found.append((name, tuple(p.shape)))
    return found[:2]


def statistics(net: Net):
    return [tuple(b.shape) for b in net.buffers()]
