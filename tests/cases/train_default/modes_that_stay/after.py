import copy

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


def children_of_others():
    backbone = nn.SequentialCell(nn.BatchNorm1d(2), nn.Identity())
    backbone.set_train()
    cut = nn.SequentialCell(*list(backbone.cells())[:-1])
    other = Net()
    other.set_train(False)
    frozen = nn.SequentialCell(other, nn.BatchNorm1d(2).set_train())
    cut2 = nn.SequentialCell(*list(other.cells()))
    mixed = nn.SequentialCell(*list(other.cells()), nn.BatchNorm1d(2).set_train())
    return run(cut), run(frozen), run(cut2), run(mixed), other.training


def copies():
    a = Net()
    a.set_train()
    b = copy.deepcopy(a)
    c = copy.deepcopy(Net().set_train())
    a.set_train(False)
    d = copy.deepcopy(a)
    return run(b), run(c), run(d)


def wrapped():
    a = Plain(Net())
    a.set_train()
    b = Plain(inner=Plain(Net()))
    b.set_train()
    n = Net()
    n.set_train()
    c = Plain(n)
    m = Net()
    m.set_train(False)
    d = Plain(m)
    return run(a), run(b), run(c), run(d)


class Both(Net):
    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def construct(self, x):
        return self.bn(x) + self.inner(x)


def wrapped_in_eval():
    m = Net()
    m.set_train(False)
    d = Both(m)
    d.set_train()
    m.set_train(False)
    return run(d), m.training, d.training


def train(model):
    model.set_train()
    return run(model)


def mode_is_set():
    a = Net().set_train(False)
    b = Net()
    b.set_train(False)
    c, d = Net(), Net()
    c.set_train(False)
    d.set_train()
    e = Net()
    e.set_train()
    f = Net().set_train(False)
    nets = [Net().set_train(False) for _ in range(2)]
    return run(a), run(b), run(c), run(d), run(e), run(f), train(Net()), [run(n) for n in nets], run(Net().set_train(False))


def mode_is_set_sometimes(training=False):
    net = Net()
    net.set_train()
    if not training:
        net.set_train(False)
    b = Net()
    b.set_train(training)
    return run(net), run(b)


class Encoder(Net):
    def __init__(self):
        super().__init__()
        self.more = nn.BatchNorm1d(2)
        self.set_train(False)

    def construct(self, x):
        return self.more(self.bn(x))


def own_mode():
    net = Encoder()
    return run(net), run(Encoder())
