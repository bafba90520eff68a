import torch
from torch import nn


class Inner(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("step", torch.zeros(1))


class Outer(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = Inner()
        self.inner.register_buffer("seen", torch.zeros(1))

    def forward(self, x: torch.Tensor):
        self.inner.step = self.inner.step + 1
        self.inner.step += 1
        return x * self.inner.step
