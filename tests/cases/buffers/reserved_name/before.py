import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("phase", torch.zeros(1))

    def forward(self, x: torch.Tensor):
        self.phase += 1
        return x * self.phase
