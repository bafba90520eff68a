"""Layers that are made in one place and called in another: they change what they are given all the same."""

from functools import reduce

from mindspore import nn


class ReLU(nn.ReLU):
    """nn.ReLU with torch's parameters."""

    def __init__(self, inplace=False):
        super().__init__()


class Block(nn.Cell):
    def __init__(self, act):
        super().__init__()
        self.act = act

    def construct(self, x):
        # TODO(torch2ms): [T2M303] torch changes the tensor in place, and x with it; in MindSpore
        #   only this name changes
        y = self.act(x)
        return y + x


class Derived(Block):
    def __init__(self):
        super().__init__(nn.ReLU())


class Default(nn.Cell):
    def __init__(self, act_layer=ReLU, norm=None, **options):
        super().__init__()
        self.norm = norm or nn.Identity()
        self.act = act_layer(**options)

    def construct(self, x):
        # TODO(torch2ms): [T2M303] torch changes the tensor in place, and x with it; in MindSpore
        #   only this name changes
        y = self.act(self.norm(x))
        return y - x


class Listed(nn.Cell):
    def __init__(self, layers):
        super().__init__()
        self.layers = nn.CellList(layers)

    def construct(self, x):
        keep = x
        for layer in self.layers:
            x = keep = layer(x)
        return x + keep


def block(x):
    return Block(nn.ReLU())(x * 1)


def derived(x):
    return Derived()(x * 1)


def apart(x):
    return Block(nn.Sigmoid())(x)


def default(x):
    return Default(inplace=True)(x * 1)


def listed(x):
    return Listed([nn.ReLU6(), nn.Identity()])(x * 1)


def run(x, act):
    return x.copy_(act(x.copy()))


def called(x):
    x = x * 1
    y = run(x, nn.LeakyReLU(0.5))
    return x, y


def reduced(x):
    x = x * 1
    y = x = reduce(lambda t, layer: layer(t), [nn.ReLU(), nn.Identity()], x)
    return x, y


def reduced_further(x):
    x = x * 1
    # TODO(torch2ms): [T2M303] torch changes the tensor in place, and x with it; in MindSpore only
    #   this name changes
    y = reduce(lambda t, layer: layer(t), [nn.ReLU(), nn.Sigmoid()], x)
    return x, y


def mapped(x):
    x = x * 1
    # TODO(torch2ms): [T2M303] torch changes the tensor in place, and what a list, tuple or dict
    #   holds, x with it; in MindSpore only this name changes
    both = list(map(lambda layer: layer(x), [nn.ReLU(), nn.Sigmoid()]))
    return x, both[1]
