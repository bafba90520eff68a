"""Buffers of what may be None."""

import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, masked, scale=None, shift=None):
        super().__init__()
        if masked:
            mask = torch.tril(torch.ones(3, 3))
        else:
            mask = None
        self.register_buffer("mask", mask)
        self.register_buffer("scale", scale)
        if shift is None:
            shift = torch.ones(3)
        self.register_buffer("shift", shift)
        self.register_buffer("offset", self.offset_of(masked))

    def offset_of(self, masked):
        if not masked:
            return None
        return torch.full((3,), 2.0)

    def forward(self, x):
        if self.mask is not None:
            x = x @ self.mask
        if self.scale is not None:
            x = x * self.scale
        return x + self.shift if self.offset is None else x + self.shift + self.offset


class Cached(nn.Module):
    def __init__(self, cache=None):
        super().__init__()
        self.register_buffer("cache", cache)

    def forward(self, x):
        self.cache = x.detach()
        return x
