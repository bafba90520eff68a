import torch
from torch import nn


def targets(y):
    return y.exp()


targets = torch.no_grad()(targets)
weights = torch.no_grad()(lambda y: y.sin())


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 3)
        self.teacher = nn.Linear(3, 3)

    def forward(self, x):
        y = self.fc(x)
        return y * targets(y) * weights(y) * torch.no_grad()(self.teacher)(y)
