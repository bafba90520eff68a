import torch
from torch import nn


class Running(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("mean", torch.zeros(4))
        self.register_buffer("count", torch.zeros(1))
        self.register_buffer("queue", torch.zeros(8, 4))
        self.register_buffer("cache", None)
        self.register_buffer("grid", torch.zeros(4), persistent=False)

    def forward(self, x: torch.Tensor):
        batch = x.mean(0)
        self.mean = 0.9 * self.mean + 0.1 * batch
        self.mean += batch
        self.mean *= 0.5  # decays
        self.mean.copy_(batch)
        self.mean.data = batch
        self.mean.data.copy_(batch)
        self.mean[:] = batch
        self.mean[...] = batch
        self.mean.data[:] = batch
        self.mean.mul_(0.9).add_(batch, alpha=0.1)
        self.count.zero_()
        self.count.fill_(3)
        self.queue[0] = batch
        self.queue[1:3] += 1
        self.queue[:2].copy_(x[:2])
        self.cache = batch
        self.grid = batch
        self.grid += 1
        return self.mean
