from torch import nn

from .deep import Clamp


class Act(nn.ReLU):
    def __init__(self):
        super().__init__(inplace=True)


class Leaky(nn.LeakyReLU):
    def __init__(self, slope=0.1, inplace=False):
        super().__init__(slope, inplace)


class Scale(nn.Module):
    def forward(self, x):
        x.mul_(3)
        return x


class Inherits(Clamp):
    pass


class PreAct(nn.Module):
    def __init__(self):
        super().__init__()
        self.act = nn.ReLU(inplace=True)

    def forward(self, x):
        return self.act(x).sigmoid() * 2


class Late(nn.Module):
    def __init__(self):
        super().__init__()
        self.act = nn.ReLU(inplace=True)

    def forward(self, x):
        return self.act(x * 2)


def swish(x, inplace=False):
    return x.mul_(x.sigmoid()) if inplace else x.mul(x.sigmoid())


class Swish(nn.Module):
    def __init__(self, inplace=False):
        super().__init__()
        self.inplace = inplace

    def forward(self, x):
        return swish(x, self.inplace)


class Counter(nn.Module):
    def forward(self, x, seen):
        seen.add_(x)
        return x + 1


def make_act():
    return nn.ReLU(inplace=True)
