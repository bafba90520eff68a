import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.zeros(3, 3))
        self.w.data = self.w.data.clone()
        nn.init.ones_(self.w)
        with torch.no_grad():
            self.w[2] = 5
            self.w += 1
            self.w[:2] += 1
            self.w.data[0] += 1
        self.w.requires_grad = False
        self.w = nn.Parameter(self.w.data * 2)
        self.fc = nn.Linear(3, 3)
        self.fc.weight = self.w
        self.scale = nn.Parameter(torch.zeros(3))
        with torch.no_grad():
            self.fc.weight -= 1
            self.scale.copy_(torch.ones(1))
        self.b = None

    def forward(self, x):
        return self.fc.forward(x) * self.scale
