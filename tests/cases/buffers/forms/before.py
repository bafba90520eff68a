import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, size: int):
        super().__init__()
        self.register_buffer("mean", torch.zeros(size))  # saved
        self.register_buffer('mask', torch.ones(size, size), persistent=False)
        self.register_buffer("index", torch.arange(size), False)
        self.register_buffer("cache", None)
        self.register_buffer(name="scale", tensor=torch.ones(1))
        self.extra = nn.Buffer(torch.zeros(3))
        self.temporary = torch.nn.Buffer(torch.zeros(3), persistent=False)

    def forward(self, x: torch.Tensor):
        return x * self.scale + self.mean + self.mask.sum()
