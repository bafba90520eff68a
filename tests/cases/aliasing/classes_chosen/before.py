"""Classes that are chosen before an object of them is made: what any of them does to its input counts."""

from functools import partial

import torch
from torch import nn


class Act(nn.ReLU):
    def __init__(self, inplace=True):
        super().__init__(inplace=inplace)


class Scale(nn.Module):
    def forward(self, x):
        x.mul_(3)
        return x


class Plus(nn.Module):
    def forward(self, x):
        x += 1
        return x


class New(nn.Module):
    def forward(self, x):
        return x * 2


LAYERS = {"act": Act, "new": New}


class Looked(nn.Module):
    def __init__(self, kind="act"):
        super().__init__()
        self.layer = LAYERS[kind]()

    def forward(self, x):
        x = x - 0.5
        y = self.layer(x)
        return x + y


class Either(nn.Module):
    def __init__(self, scale=True):
        super().__init__()
        self.layer = Scale() if scale else Plus()

    def forward(self, x):
        x = x - 0.5
        y = self.layer(x)
        return x + y


class Default(nn.Module):
    def __init__(self, layer=partial(Act, inplace=True)):
        super().__init__()
        self.layer = layer()

    def forward(self, x):
        x = x - 0.5
        y = self.layer(x)
        return x + y


def layer_of(kind):
    if kind == "scale":
        return Scale
    return New


class Given(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = layer_of("scale")()
        self.first = nn.Sequential(Scale() if self.layer else New(), New())

    def forward(self, x):
        x = x - 0.5
        y = self.layer(x)
        z = x * 2
        v = self.first(z)
        return x + y + z + v
