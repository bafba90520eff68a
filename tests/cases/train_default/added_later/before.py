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


def layers_added_later():
    net = Plain(nn.Linear(2, 2))
    net.inner = nn.BatchNorm1d(2)
    s = nn.Sequential(nn.Identity())
    s.append(nn.BatchNorm1d(2))
    t = nn.Sequential(nn.Identity())
    t.add_module("bn", nn.BatchNorm1d(2))
    u = Plain()
    setattr(u, "inner", nn.BatchNorm1d(2))
    v = nn.Sequential(nn.Identity(), nn.Identity())
    v[1] = nn.BatchNorm1d(2)
    return run(net), run(s), run(t), run(u), run(v)


class Lists(nn.Module):
    def __init__(self):
        super().__init__()
        self.parts = [nn.BatchNorm1d(2), nn.BatchNorm1d(2)]
        self.table = {"a": nn.BatchNorm1d(2)}
        self.more = []
        self.more.append(nn.BatchNorm1d(2))
        self.own = nn.ModuleList()
        self.own += [nn.BatchNorm1d(2)]

    def forward(self, x):
        return self.parts[0](x) + self.table["a"](x) + self.more[0](x) * self.own[0](x)


def plain_lists():
    a = Lists()
    first = run(a)
    a.eval()
    return first, run(a)


class Gen(Net):
    def sample(self, x):
        return self(x)

    def init(self):
        for p in self.parameters():
            p.data.fill_(1.0)
        return self


def used_by_methods():
    a = Gen()
    y = a.sample(X).detach()
    a.eval()
    b = Gen()
    b.init()
    b.eval()
    c = Gen()
    z = c.bn(X).detach()
    c.eval()
    d = Gen()
    w = d.forward(X).detach()
    d.eval()
    return y, run(b), z, w
