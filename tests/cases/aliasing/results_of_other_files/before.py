"""Layers and functions of other files that give what they are given: who changes the result changes that."""

from torch import nn

from .layers import DropPath, First, Same, Twice, identity


class Dropped(nn.Module):
    def __init__(self):
        super().__init__()
        self.drop = DropPath()

    def forward(self, x):
        x = x - 0.5
        y = self.drop(x)
        y += 1
        return x + y


class Kept(nn.Module):
    def __init__(self):
        super().__init__()
        self.same = Same()
        self.twice = Twice()

    def forward(self, x):
        x = x - 0.5
        y = self.same(x)
        y.mul_(2)
        z = self.twice(x)
        z += 1
        v = identity(x)
        v += 3
        return x + y + z + v


class Passed(nn.Module):
    def __init__(self):
        super().__init__()
        self.same = Same()
        self.act = nn.ReLU(inplace=True)

    def forward(self, x):
        x = x - 0.5
        y = self.same(x)
        y = self.act(y)
        return x + y


class Part(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = First()

    def forward(self, x):
        x = x - 0.5
        y = self.first(x)
        y += 1
        return x + y


class Inside(nn.Module):
    def __init__(self):
        super().__init__()
        self.same = Same()

    def forward(self, x):
        x = x - 0.5
        return self.same(x).add_(1) + x
