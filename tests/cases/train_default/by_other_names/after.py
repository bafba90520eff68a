from functools import partial

import mindspore as ms
from mindspore import nn, ops


class Net(nn.Cell):
    def __init__(self, n=2):
        super().__init__()
        self.bn = nn.BatchNorm1d(n)

    def construct(self, x):
        return self.bn(x)


class Other(Net):
    pass


class Plain(nn.Cell):
    def __init__(self, inner=None):
        super().__init__()
        self.inner = inner

    def construct(self, x):
        return x if self.inner is None else self.inner(x)


X = ms.tensor([[1.0, 2.0], [0.5, -1.0]])


def run(net):
    return ops.stop_gradient(net(X))


class Made(Net):
    @classmethod
    def build(cls, n=2):
        return cls(n).set_train()

    @classmethod
    def build_named(cls, n=2):
        model = cls(n)
        model.set_train()
        return model

    @staticmethod
    def make():
        return Made().set_train()

    def another(self):
        return type(self)(2).set_train()

    def clone(self):
        other = Made()
        other.set_train()
        return other


def class_methods():
    m = Made.build()
    return run(m), run(Made.build_named()), run(Made.make()), run(m.clone())


MODELS = {"a": Net, "b": Other}


def make(name):
    return MODELS[name]().set_train()


def passed(kind):
    return kind(2).set_train()


def tables():
    net = MODELS["a"](2)
    net.set_train()
    return run(net), run(make("b")), run(passed(Net)), run(passed(Other))


small = partial(Net, 2)


def partials():
    f = lambda: Net().set_train()
    return run(small().set_train()), run(f())


KINDS = {"a": Net, "b": Other}
CLASSES = [Net, Other]


def made(name):
    return KINDS.get(name)().set_train()


def loops_over_classes(name="a"):
    nets = {key: cls().set_train() for key, cls in KINDS.items()}
    more = [cls(2).set_train() for cls in KINDS.values()]
    for cls in CLASSES:
        more.append(cls().set_train())
    first = CLASSES[0]()
    first.set_train()
    if name == "a":
        kind = Net
    else:
        kind = Other
    second = kind()
    second.set_train()
    third = partial(Net, 2)()
    third.set_train()
    fourth = (Net if name == "a" else Other)()
    fourth.set_train()
    return [run(n) for n in (*nets.values(), *more, first, second, third, fourth, made("b"))]


def made_by_default(kind=Net):
    return kind(2).set_train()


def default_classes():
    return run(made_by_default()), run(made_by_default(Other)), run(made_by_default(kind=Net))
