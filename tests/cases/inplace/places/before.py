import torch


class State:
    def __init__(self):
        self.h = torch.ones(3)


def run(x: torch.Tensor, d: dict, xs: list[torch.Tensor]):
    y = x * 2
    if x.sum() > 0: y.add_(1)
    for i in range(3): y[i].mul_(2)
    state = State()
    state.h.mul_(2)
    d["x"] = torch.zeros(3)
    d["x"].add_(1)
    xs[0].mul_(2)
    return y, state.h, d["x"], xs[0]


def views(x: torch.Tensor):
    y = x * 2
    y.view(-1).mul_(2)
    y.t().add_(1)
    return y


def used(x: torch.Tensor):
    y = x * 2
    a, b = y.add_(1), 2
    f = lambda t: y.add_(t)
    z = f(3).view(-1).add_(1)
    w = y.clone()
    w.add_(w.mul_(2))
    return a, b, z, w


def out(x: torch.Tensor):
    y = x * 2
    torch.add(x, 1, out=y)
    return y
