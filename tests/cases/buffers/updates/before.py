import torch
from torch import nn


class Running(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("mean", torch.ones(4))
        self.register_buffer("kept", torch.ones(4))
        self.register_buffer("values", torch.ones(4))
        self.register_buffer("more", torch.ones(4))
        self.register_buffer("whole", torch.ones(4))
        self.register_buffer("rest", torch.ones(4))
        self.register_buffer("level", torch.ones(4))
        self.register_buffer("part", torch.ones(4))
        self.register_buffer("average", torch.ones(4))
        self.register_buffer("count", torch.ones(1))
        self.register_buffer("total", torch.ones(1))
        self.register_buffer("queue", torch.ones(8, 4))
        self.register_buffer("cache", None)
        self.register_buffer("grid", torch.zeros(4), persistent=False)

    def forward(self, x: torch.Tensor):
        batch = x.detach().mean(0)
        self.mean = 0.9 * self.mean + 0.1 * batch
        self.mean += batch
        self.mean *= 0.5  # decays
        self.kept.copy_(batch)
        self.values.data = batch
        self.more.data.copy_(batch[0])
        self.whole[:] = batch
        self.rest[...] = batch
        self.level[:] = 2.5
        self.part.data[:] = batch
        self.average.mul_(0.9).add_(batch, alpha=0.1)
        self.count.zero_()
        self.total.fill_(3)
        self.queue[5] = batch
        self.queue[1:3] += 1
        self.queue[:2].copy_(x[:2])
        self.cache = batch
        self.grid = batch * 1
        self.grid += 1
        return x * self.kept + self.cache + self.grid
