import copy

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


def children_of_others():
    backbone = nn.Sequential(nn.BatchNorm1d(2), nn.Identity())
    cut = nn.Sequential(*list(backbone.children())[:-1])
    other = Net()
    other.eval()
    frozen = nn.Sequential(other, nn.BatchNorm1d(2))
    cut2 = nn.Sequential(*list(other.children()))
    mixed = nn.Sequential(*list(other.children()), nn.BatchNorm1d(2))
    return run(cut), run(frozen), run(cut2), run(mixed), other.training


def copies():
    a = Net()
    b = copy.deepcopy(a)
    c = copy.deepcopy(Net())
    a.eval()
    d = copy.deepcopy(a)
    return run(b), run(c), run(d)


def wrapped():
    a = Plain(Net())
    b = Plain(inner=Plain(Net()))
    n = Net()
    c = Plain(n)
    m = Net()
    m.eval()
    d = Plain(m)
    return run(a), run(b), run(c), run(d)


class Both(Net):
    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def forward(self, x):
        return self.bn(x) + self.inner(x)


def wrapped_in_eval():
    m = Net()
    m.eval()
    d = Both(m)
    return run(d), m.training, d.training


def train(model):
    model.train()
    return run(model)


def mode_is_set():
    a = Net().eval()
    b = Net()
    b.eval()
    c, d = Net(), Net()
    c.eval()
    d.train()
    e = Net()
    e.to("cpu")
    f = Net().to("cpu").eval()
    nets = [Net().eval() for _ in range(2)]
    return run(a), run(b), run(c), run(d), run(e), run(f), train(Net()), [run(n) for n in nets], run(Net().eval())


def mode_is_set_sometimes(training=False):
    net = Net()
    if not training:
        net.eval()
    b = Net()
    b.train(training)
    return run(net), run(b)


class Encoder(Net):
    def __init__(self):
        super().__init__()
        self.more = nn.BatchNorm1d(2)
        self.eval()

    def forward(self, x):
        return self.more(self.bn(x))


def own_mode():
    net = Encoder()
    return run(net), run(Encoder())
