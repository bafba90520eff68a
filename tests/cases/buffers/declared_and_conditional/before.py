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
        batch = x.detach()
        if self.mean is not None: self.mean += batch.mean()
        self.cache = batch if self.training else self.cache
        y = x + self.cache
        self.cache: Tensor = batch * 2
        return y * 3 + self.cache

    def drop(self):
        self.cache = None
        del self.cache
