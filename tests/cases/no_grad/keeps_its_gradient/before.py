import torch
from torch import nn


@torch.no_grad()
def same(x):
    if x.shape[0] > 100:
        x = x * 2
    return x


@torch.enable_grad()
def recorded(x):
    return x.exp()


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 3)

    def forward(self, x):
        y = self.fc(x)
        made = [y, y * 2]
        with torch.no_grad():
            other = y
            first = made[0]
            weight = self.fc.weight
            later = lambda v: v.exp()
            h = y.exp()
            with torch.enable_grad():
                z = y.sin() * h
            called = recorded(y)
            if y.shape[0] > 1:
                either = y
            else:
                either = y.exp()
        return other * first * later(y) * z * called * either * same(y) + weight.sum()
