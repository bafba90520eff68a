import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.zeros(3))
        self.w.data = self.w.data.clone()
        with torch.no_grad():
            self.w.copy_(torch.ones(3))
            self.w[0] = 1
            self.w += 1
            self.w[:2] += 1
            self.w.data[0] += 1
        self.w.requires_grad = False
        nn.init.zeros_(self.w)
        self.w = nn.Parameter(self.w.data * 2)
        self.fc = nn.Linear(3, 3)
        self.fc.weight = self.w
        self.fc.weight -= 1
        self.b = None

    def forward(self, x):
        torch.nn.Module.train(self, True)
        return self.fc.forward(x)
