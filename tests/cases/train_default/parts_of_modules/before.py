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


def block(n):
    return nn.Sequential(nn.BatchNorm1d(n))


def layers(n):
    found = []
    for _ in range(2):
        found.append(nn.BatchNorm1d(n))
    return found


def body(n):
    parts = [nn.Identity()]
    parts += [nn.BatchNorm1d(n)]
    return nn.Sequential(*parts)


class Own(nn.Module):
    def __init__(self):
        super().__init__()
        self.block = block(2)
        self.body = nn.Sequential(*layers(2))
        self.more = nn.ModuleList()
        self._make()

    def _make(self):
        self.more.append(nn.BatchNorm1d(2))

    def reset(self):
        self.block = nn.BatchNorm1d(2)

    def forward(self, x):
        return self.body(self.block(x)) + self.more[0](x)


def builders():
    net = Own()
    a = run(net)
    net.eval()
    b = run(net)
    net.reset()
    return a, b, run(net), run(block(2)), run(body(2)), run(nn.Sequential(*layers(2))), net.training


class Odd(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Identity()

    def forward(self, x):
        x = self.fc(x)
        bn = nn.BatchNorm1d(2)
        return nn.BatchNorm1d(2)(x) + bn(x)


def made_in_forward():
    net = Odd()
    a = run(net)
    net.eval()
    return a, run(net)


class Res(nn.Module):
    def __init__(self, norm=lambda c: nn.BatchNorm1d(c), drop=nn.Dropout(0.0)):
        super().__init__()
        self.norm = norm(2)
        self.drop = drop

    def forward(self, x):
        return self.drop(self.norm(x))


def lambdas():
    a = Res()
    b = Res(norm=lambda c: nn.BatchNorm1d(c, eps=1e-3))
    make = lambda c: nn.BatchNorm1d(c)
    c = Res(make)
    first = run(a), run(b), run(c)
    a.eval()
    return first, run(a)


class Sized(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(nn.BatchNorm1d(2))
        self.width = self.stem(X).shape[1]
        self.body = nn.BatchNorm1d(self.width)
        self.count = self.measure()

    def measure(self):
        return self.body(X + 1).numel()

    def forward(self, x):
        return self.body(self.stem(x))


def run_while_built():
    net = Sized().eval()
    return run(net), net.width, net.count
