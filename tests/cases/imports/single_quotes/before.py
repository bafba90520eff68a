import torch
from torch import nn


class Net(nn.Module):
    """It doesn't matter."""

    def __init__(self):
        """A net."""
        super().__init__()
        self.c = nn.Conv2d(3, 4, 3, padding='same')
        self.d = nn.Conv2d(3, 4, 3)
        nn.init.zeros_(self.d.bias)

    def forward(self, x):
        return torch.nn.functional.interpolate(self.d(x), scale_factor=2, mode='nearest')
