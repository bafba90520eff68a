import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, kept):
        super().__init__()
        self.register_buffer("table", torch.zeros(4), persistent=kept)
        args = ("step", torch.zeros(1))
        self.register_buffer(*args)

    def forward(self, x: torch.Tensor):
        self.table += 1
        return x + self.table + self.step
