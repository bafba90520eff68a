from torch import nn


class DropPath(nn.Module):
    def __init__(self, rate=0.0):
        super().__init__()
        self.rate = rate

    def forward(self, x):
        if self.rate == 0.0 or not self.training:
            return x
        return x * self.rate


class Same(nn.Module):
    def forward(self, x):
        return x


class Twice(nn.Module):
    def forward(self, x):
        return x * 2


class First(nn.Module):
    def forward(self, x):
        return x[:, :1]


def identity(x):
    return x
