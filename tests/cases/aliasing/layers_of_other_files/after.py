"""Layers whose classes other files define: they change what they are given as those of this file do."""

from mindspore import nn, ops

from . import layers as L
from .deep import Stem
from .layers import Act, Counter, Inherits, Late, Leaky, PreAct, Scale, Swish, make_act, swish


class Residual(nn.Cell):
    def __init__(self):
        super().__init__()
        self.act = Act()

    def construct(self, x):
        x = x - 0.5
        y = x = self.act(x)
        return x + y


class Apart(nn.Cell):
    def __init__(self):
        super().__init__()
        self.late = Late()
        self.leaky = Leaky()
        self.swish = Swish()

    def construct(self, x):
        x = x - 0.5
        y = self.leaky(x) + self.late(x) + self.swish(x)
        return x + y


class Told(nn.Cell):
    def __init__(self):
        super().__init__()
        self.leaky = Leaky(0.2, True)
        self.swish = L.Swish(inplace=True)

    def construct(self, x):
        x = x - 0.5
        y = x = self.leaky(x)
        z = x * 2
        v = z = self.swish(z)
        return x + y + z + v


class Held(nn.Cell):
    def __init__(self):
        super().__init__()
        self.scale = Scale()

    def construct(self, x):
        identity = x
        x = identity = self.scale(x)
        return x + identity


class Deep(Stem):
    def __init__(self):
        super().__init__()
        self.clamp = Inherits()

    def construct(self, x):
        x = x - 0.5
        y = x = self.act(x)
        z = x + y + self.smooth(x)
        v = z = self.clamp(z)
        return z + v


class Super(Scale):
    def construct(self, x):
        y = x = super().construct(x)
        return x + y


class Inside(nn.Cell):
    def __init__(self):
        super().__init__()
        self.block = PreAct()

    def construct(self, x):
        x = x - 0.5
        # TODO(torch2ms): [T2M303] torch changes the tensor in place, and x with it; in MindSpore
        #   only this name changes
        y = self.block(x)
        return x + y


class Second(nn.Cell):
    def __init__(self):
        super().__init__()
        self.counter = Counter()

    def construct(self, x):
        seen = ops.zeros_like(x)
        y = self.counter(x, seen)
        return seen + y


class Made(nn.Cell):
    def __init__(self):
        super().__init__()
        self.act = make_act()

    def construct(self, x):
        x = x - 0.5
        y = x = self.act(x)
        z = x = y = swish(y, inplace=True)
        return x + y + z


class Chosen(nn.Cell):
    def __init__(self, kind="act"):
        super().__init__()
        cls = Act if kind == "act" else Late
        self.act = cls()

    def construct(self, x):
        x = x - 0.5
        # TODO(torch2ms): [T2M303] torch changes the tensor in place, and x with it; in MindSpore
        #   only this name changes
        y = self.act(x)
        return x + y
