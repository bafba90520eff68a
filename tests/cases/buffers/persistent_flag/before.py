import torch
from torch import nn


class Positions(nn.Module):
    def __init__(self, count: int, width: int, flag=True, keep_mask=False):
        super().__init__()
        # as many as there are
        self.register_buffer("table", torch.ones(1, count, width) * 2, persistent=flag)
        mask = torch.ones(count, width)
        self.register_buffer("mask", mask, keep_mask and not flag)
        # what only the value of a buffer reads
        steps = torch.arange(width) + 1.0
        self.register_buffer("scale", steps.view(1, width), flag)

    def forward(self, x):
        return x * self.mask * self.scale + self.table


def saved(flag, keep_mask):
    return sorted(Positions(2, 3, flag, keep_mask).state_dict())
