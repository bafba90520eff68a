from collections import defaultdict
import sys

import torch
import torch.nn as nn


class Net(nn.Module):
    def __init__(self, n=2):
        super().__init__()
        self.bn = nn.BatchNorm1d(n)

    def forward(self, x):
        return self.bn(x)


class Other(Net):
    pass


class Plain(nn.Module):
    def __init__(self, inner=None):
        super().__init__()
        self.inner = inner

    def forward(self, x):
        return x if self.inner is None else self.inner(x)


X = torch.tensor([[1.0, 2.0], [0.5, -1.0]])


def run(net):
    return net(X).detach()


def factories():
    nets = list(map(Net, [2, 2]))
    d = defaultdict(Net)
    return [run(n) for n in nets], run(d["x"])


class Fixed(Net):
    def train(self, mode=True):
        super().train(mode)
        self.bn.eval()
        return self


def own_train():
    a = Fixed()
    first = run(a)
    a.train()
    return first, run(a)


class Frozen(nn.Module):
    def __init__(self):
        super().__init__()
        self.fixed = nn.BatchNorm1d(2)
        self.norm = nn.BatchNorm1d(2)
        self.fixed.eval()

    def forward(self, x):
        return self.norm(x) + self.fixed(x)


class Perceptual(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = Net().eval()
        self.bn = nn.BatchNorm1d(2)

    def forward(self, x):
        return self.net(x) * self.bn(x)


def parts_in_eval():
    a = Frozen()
    b = Perceptual()
    return run(a), run(b), run(Frozen())


def grown():
    net = Net()
    return net


def mixed_table(name="y"):
    factories = {"x": grown, "y": Other}
    return run(factories[name]()), run(factories["x"]()), run(factories["y"]())


def looked_up():
    here = sys.modules[__name__]
    net = getattr(here, "Net")()
    net.requires_grad_(True)
    n = sum(p.numel() for p in net.parameters())
    return run(net), n
