import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("mean", torch.ones(3))

    def forward(self, x: torch.Tensor):
        y = x * self.mean
        self.mean = 0.9 * self.mean + 0.1 * x.detach().mean(0)
        return y
