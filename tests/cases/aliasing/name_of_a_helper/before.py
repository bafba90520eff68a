"""Tensors that go by the names of helpers."""

import torch
from torch import nn
from torch.nn import functional as F


class Kept(nn.Module):
    def __init__(self):
        super().__init__()
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x):
        normalize = x * 2
        self.kept = normalize
        normalize *= 3
        return self.kept + F.normalize(normalize)


class Named(nn.Module):
    def __init__(self):
        super().__init__()
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x):
        other = normalize = x * 2
        other = self.relu(other)
        return F.normalize(normalize) + other


def switched(x, flag):
    with torch.set_grad_enabled(flag):
        normalize = x * 2
    return F.normalize(normalize)
