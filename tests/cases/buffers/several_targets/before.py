import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("a", torch.zeros(1))
        self.register_buffer("b", torch.zeros(1))
        self.register_buffer("c", torch.zeros(1))
        self.register_buffer("d", torch.zeros(1))

    def forward(self, x: torch.Tensor):
        self.a, self.b = x.mean(), x.std()
        self.c = self.d = x.sum()
        return x
