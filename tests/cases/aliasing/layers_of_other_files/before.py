"""Layers whose classes other files define: they change what they are given as those of this file do."""

import torch
from torch import nn

from . import layers as L
from .deep import Stem
from .layers import Act, Counter, Inherits, Late, Leaky, PreAct, Scale, Swish, make_act, swish


class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        self.act = Act()

    def forward(self, x):
        x = x - 0.5
        y = self.act(x)
        return x + y


class Apart(nn.Module):
    def __init__(self):
        super().__init__()
        self.late = Late()
        self.leaky = Leaky()
        self.swish = Swish()

    def forward(self, x):
        x = x - 0.5
        y = self.leaky(x) + self.late(x) + self.swish(x)
        return x + y


class Told(nn.Module):
    def __init__(self):
        super().__init__()
        self.leaky = Leaky(0.2, True)
        self.swish = L.Swish(inplace=True)

    def forward(self, x):
        x = x - 0.5
        y = self.leaky(x)
        z = x * 2
        v = self.swish(z)
        return x + y + z + v


class Held(nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = Scale()

    def forward(self, x):
        identity = x
        x = self.scale(x)
        return x + identity


class Deep(Stem):
    def __init__(self):
        super().__init__()
        self.clamp = Inherits()

    def forward(self, x):
        x = x - 0.5
        y = self.act(x)
        z = x + y + self.smooth(x)
        v = self.clamp(z)
        return z + v


class Super(Scale):
    def forward(self, x):
        y = super().forward(x)
        return x + y


class Inside(nn.Module):
    def __init__(self):
        super().__init__()
        self.block = PreAct()

    def forward(self, x):
        x = x - 0.5
        y = self.block(x)
        return x + y


class Second(nn.Module):
    def __init__(self):
        super().__init__()
        self.counter = Counter()

    def forward(self, x):
        seen = torch.zeros_like(x)
        y = self.counter(x, seen)
        return seen + y


class Made(nn.Module):
    def __init__(self):
        super().__init__()
        self.act = make_act()

    def forward(self, x):
        x = x - 0.5
        y = self.act(x)
        z = swish(y, inplace=True)
        return x + y + z


class Chosen(nn.Module):
    def __init__(self, kind="act"):
        super().__init__()
        cls = Act if kind == "act" else Late
        self.act = cls()

    def forward(self, x):
        x = x - 0.5
        y = self.act(x)
        return x + y
