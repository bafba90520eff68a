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


class Trainer:
    def __init__(self):
        self.net = Net()
        self.a, self.b = Net(), Other()


def attributes():
    t = Trainer()
    return run(t.net), run(t.a), run(t.b)


def dictionaries():
    nets = {"a": Net(), "b": Other()}
    more = dict(c=Net())
    comp = {k: Net() for k in "xy"}
    return [run(n) for n in (*nets.values(), *more.values(), *comp.values())]


class Job:
    def __init__(self, model, *rest):
        self.model = model
        self.rest = rest


def arguments():
    t = Job(model=Net())
    u = Job(Net(), Other())
    return run(t.model), run(u.model), run(u.rest[0]), run(Net())


def conditions(c=True):
    net = Net() if c else Other()
    other = None or Net()
    if (w := Net()) is not None:
        y = run(w)
    return run(net), run(other), y


def targets():
    net: nn.Module = Net()
    a = b = Net()
    nets = []
    nets.append(Net())
    nets += [Other()]
    nets.extend([Net(), Net()])
    nets.insert(0, Net())
    d = {}
    d["x"] = Net()
    return run(net), run(b), [run(n) for n in nets], run(d["x"])


def loops():
    out = []
    for net in (Net(), Other()):
        out.append(run(net))
    for name, net in {"a": Net()}.items():
        out.append(run(net))
    for n, net in enumerate([Net(), Net().eval()]):
        out.append(run(net))
    for a, b in zip([Net()], [Other()]):
        out.append(run(a) + run(b))
    return out


def build(flag=True):
    if flag:
        return Net(), Other()
    return Net()


def build_dict():
    return {"net": Net(), "opt": None}


def build_cond(flag=True):
    return Net() if flag else Other()


def returned():
    a, b = build()
    return run(a), run(b), run(build_dict()["net"]), run(build_cond())


def called_at_once():
    return Net()(X).detach(), nn.BatchNorm1d(2)(X).detach(), nn.Sequential(nn.BatchNorm1d(2))(X).detach()


def containers():
    layers = []
    layers.append(nn.BatchNorm1d(2))
    layers.append(nn.Identity())
    a = nn.Sequential(*layers)
    b = nn.ModuleList([nn.BatchNorm1d(2) for _ in range(2)])
    c = nn.ModuleDict({"x": nn.BatchNorm1d(2)})
    d = nn.Sequential()
    for i in range(2):
        d.add_module(str(i), nn.BatchNorm1d(2))
    return run(a), run(b[0]), run(c["x"]), run(d)
