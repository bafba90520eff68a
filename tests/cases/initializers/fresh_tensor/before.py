import torch
from torch import nn


def table(n):
    w = torch.empty(n, 4)
    nn.init.normal_(w, std=0.02)
    return w


def given(w: torch.Tensor):
    nn.init.normal_(w, std=0.02)
    return w


layer = nn.Linear(20, 10)
