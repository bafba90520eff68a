import torch
from torch import nn


def write(x: torch.Tensor):
    y = x * 2
    y.data[0] = 1
    y.data.add_(1)
    return y


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("kept", torch.zeros(3))
        self.register_buffer("grid", torch.zeros(3), persistent=False)
        self.kept.data = torch.ones(3)
        self.kept.data *= 3
        self.grid.data = torch.ones(3) * 2

    def forward(self, x):
        return x * self.kept + self.grid
