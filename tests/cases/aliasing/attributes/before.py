import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.grid = torch.zeros(3)

    def forward(self, x: torch.Tensor):
        y = x * 2
        self.grid = y
        self.grid += 1
        return y
