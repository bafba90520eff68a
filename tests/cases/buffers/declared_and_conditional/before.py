import torch
from torch import Tensor, nn


class Net(nn.Module):
    mean: Tensor
    cache: torch.Tensor

    def __init__(self, size, keep: bool):
        super().__init__()
        if keep: self.register_buffer("mean", torch.zeros(size))
        else: self.register_buffer("mean", None)
        self.register_buffer("std", torch.ones(size) if keep else None)
        (self.register_buffer("cache", torch.zeros(size)))

    def forward(self, x: Tensor):
        if self.mean is not None: self.mean += x.mean()
        self.cache = x if self.training else self.cache
        self.cache: Tensor = x * 2
        self.cache = None
        del self.cache
        return x
