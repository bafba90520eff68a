from functools import partial

import torch
import torch.nn as nn
import torch.nn.functional as F

IN_PLACE = True
ACT = partial(nn.ReLU, inplace=True)


class Constant(nn.Module):
    def __init__(self):
        super().__init__()
        self.act = nn.ReLU(inplace=IN_PLACE)
        self.made = ACT()
        self.inplace = True

    def forward(self, x):
        keep = x
        x = self.act(x)
        y = x - 1
        kept = y
        y = self.made(y)
        z = y - 1
        same = z
        z = F.relu(z, inplace=self.inplace)
        return x + keep, y + kept, z + same


class Passed(nn.Module):
    def __init__(self, inplace=False):
        super().__init__()
        self.act = nn.ReLU(inplace)

    def forward(self, x):
        keep = x
        x = self.act(x)
        return x + keep


class Outer(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = Passed()
        self.b = Passed(True)

    def forward(self, x):
        return self.a(x - 1) + self.b(x - 2)


class OrNothing(nn.Module):
    def __init__(self, act=True):
        super().__init__()
        self.act = nn.ReLU(inplace=True) if act else nn.Identity()

    def forward(self, x):
        keep = x
        x = self.act(x)
        return x + keep


class OneOfTwo(nn.Module):
    def __init__(self, act=True):
        super().__init__()
        self.act = nn.ReLU(inplace=True) if act else nn.Sigmoid()

    def forward(self, x):
        keep = x
        x = self.act(x)
        return x + keep


class Unseen(nn.Module):
    def __init__(self, **options):
        super().__init__()
        self.act = nn.ReLU(**options)

    def forward(self, x):
        keep = x
        x = self.act(x)
        return x + keep


class Own(nn.ReLU):
    def __init__(self):
        super().__init__(inplace=True)


class OfOwnClass(nn.Module):
    def __init__(self):
        super().__init__()
        self.act = Own()

    def forward(self, x):
        keep = x
        x = self.act(x)
        return x + keep
