"""Items of tensors and lists, and of a Parameter before anything is trained."""

import torch
from torch import nn


def cut(x: torch.Tensor, mask):
    y = x * 2
    y[mask] = 0
    rows = [1, 2]
    rows[0] = 3
    return y


layer = nn.Linear(3, 2)
layer.weight.data[0] = 1
