import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 3)
        self.register_buffer("mean", torch.zeros(6)[:3])
        self.register_buffer("scale", torch.ones(3).unsqueeze(0))
        self.register_buffer("grid", torch.arange(6.0).view(2, 3))

    def forward(self, x):
        self.mean = 0.9 * self.mean + 0.1 * x.detach().mean(0)
        self.scale.mul_(0.5).add_(0.5)
        return self.fc(x) * self.scale + self.mean + self.grid.sum(0)
