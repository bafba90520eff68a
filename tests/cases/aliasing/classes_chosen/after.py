"""Classes that are chosen before an object of them is made: what any of them does to its input counts."""

from functools import partial

from mindspore import nn


class Act(nn.ReLU):
    def __init__(self, inplace=True):
        super().__init__()


class Scale(nn.Cell):
    def construct(self, x):
        x.copy_(x.copy() * 3)
        return x


class Plus(nn.Cell):
    def construct(self, x):
        x.copy_(x + 1)
        return x


class New(nn.Cell):
    def construct(self, x):
        return x * 2


LAYERS = {"act": Act, "new": New}


class Looked(nn.Cell):
    def __init__(self, kind="act"):
        super().__init__()
        self.layer = LAYERS[kind]()

    def construct(self, x):
        x = x - 0.5
        # TODO(torch2ms): [T2M303] torch changes the tensor in place, and x with it; in MindSpore
        #   only this name changes
        y = self.layer(x)
        return x + y


class Either(nn.Cell):
    def __init__(self, scale=True):
        super().__init__()
        self.layer = Scale() if scale else Plus()

    def construct(self, x):
        x = x - 0.5
        y = self.layer(x)
        return x + y


class Default(nn.Cell):
    def __init__(self, layer=partial(Act, inplace=True)):
        super().__init__()
        self.layer = layer()

    def construct(self, x):
        x = x - 0.5
        y = x = self.layer(x)
        return x + y


def layer_of(kind):
    if kind == "scale":
        return Scale
    return New


class Given(nn.Cell):
    def __init__(self):
        super().__init__()
        self.layer = layer_of("scale")()
        self.first = nn.SequentialCell(Scale() if self.layer else New(), New())

    def construct(self, x):
        x = x - 0.5
        y = self.layer(x)
        z = x * 2
        v = self.first(z)
        return x + y + z + v
