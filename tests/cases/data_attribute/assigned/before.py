import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 3)
        self.register_buffer("mean", torch.zeros(3))
        self.fc.weight.data = torch.ones(3, 3)
        self.fc.weight.data = self.fc.weight.data * 2
        self.mean.data = torch.ones(3)
        self.fc.weight.data[0] = 1
        self.fc.weight.data[1].fill_(3)
        self.fc.weight.data += 1
        for p in self.parameters():
            p.data = p.data * 0.5

    def forward(self, x: torch.Tensor):
        return self.fc(x.data) + self.mean.data


def cleared(x: torch.Tensor):
    x.data = torch.zeros(3)
    return x * 2
