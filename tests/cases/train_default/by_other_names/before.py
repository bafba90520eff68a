from functools import partial

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


class Made(Net):
    @classmethod
    def build(cls, n=2):
        return cls(n)

    @classmethod
    def build_named(cls, n=2):
        model = cls(n)
        return model

    @staticmethod
    def make():
        return Made()

    def another(self):
        return type(self)(2)

    def clone(self):
        other = Made()
        return other


def class_methods():
    m = Made.build()
    return run(m), run(Made.build_named()), run(Made.make()), run(m.clone())


MODELS = {"a": Net, "b": Other}


def make(name):
    return MODELS[name]()


def passed(kind):
    return kind(2)


def tables():
    net = MODELS["a"](2)
    return run(net), run(make("b")), run(passed(Net)), run(passed(Other))


small = partial(Net, 2)


def partials():
    f = lambda: Net()
    return run(small()), run(f())


KINDS = {"a": Net, "b": Other}
CLASSES = [Net, Other]


def made(name):
    return KINDS.get(name)()


def loops_over_classes(name="a"):
    nets = {key: cls() for key, cls in KINDS.items()}
    more = [cls(2) for cls in KINDS.values()]
    for cls in CLASSES:
        more.append(cls())
    first = CLASSES[0]()
    if name == "a":
        kind = Net
    else:
        kind = Other
    second = kind()
    third = partial(Net, 2)()
    fourth = (Net if name == "a" else Other)()
    return [run(n) for n in (*nets.values(), *more, first, second, third, fourth, made("b"))]


def made_by_default(kind=Net):
    return kind(2)


def default_classes():
    return run(made_by_default()), run(made_by_default(Other)), run(made_by_default(kind=Net))
