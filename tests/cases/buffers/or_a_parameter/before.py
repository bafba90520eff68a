import torch
from torch import nn


class Position(nn.Module):
    def __init__(self, length, dim, kind="learnable"):
        super().__init__()
        if kind == "none":
            self.position = None
        elif kind == "learnable":
            self.position = nn.Parameter(torch.zeros(1, length, dim))
            nn.init.trunc_normal_(self.position, std=0.2)
        else:
            self.register_buffer("position", torch.ones(1, length, dim))

    def forward(self, x):
        if self.position is not None:
            x = x + self.position
        return x
