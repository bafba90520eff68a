from collections import defaultdict
import sys

import mindspore as ms
from mindspore import nn, ops


def parameters(cell, buffers=(), recurse=True):
    """The parameters of a cell, trainable or frozen, without moving statistics and without those named in `buffers`.

    Norm layers with affine=False hold a scale and a shift all the same: torch has none.
    """
    left_out = ("moving_mean", "moving_variance", *buffers)
    plain = [part for _, part in cell.cells_and_names() if not getattr(part, "affine", True)]
    idle = {id(p) for part in plain for p in part.get_parameters(expand=False)}
    found = [(name, p) for name, p in cell.parameters_and_names(expand=recurse) if id(p) not in idle]
    return [p for name, p in found if name.split(".")[-1] not in left_out]


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


def factories():
    # TODO(torch2ms): [T2M301] lambda: Net().set_train() (map() makes objects of Net in eval mode)
    nets = list(map(Net, [2, 2]))
    # TODO(torch2ms): [T2M301] lambda: Net().set_train() (defaultdict() makes objects of Net in eval
    #   mode)
    d = defaultdict(Net)
    return [run(n) for n in nets], run(d["x"])


class Fixed(Net):
    # TODO(torch2ms): [T2M305] set_train() of a parent sets the flags of its children and does not
    #   call this one
    def set_train(self, mode=True):
        super().set_train(mode)
        self.bn.set_train(False)
        return self


def own_train():
    # TODO(torch2ms): [T2M301] set the mode of these parts after it (set_train() runs the train() of
    #   the class, which torch does not call for a new module)
    a = Fixed()
    a.set_train()
    first = run(a)
    a.set_train()
    return first, run(a)


class Frozen(nn.Cell):
    def __init__(self):
        super().__init__()
        self.fixed = nn.BatchNorm1d(2)
        self.norm = nn.BatchNorm1d(2)
        self.fixed.set_train(False)

    def construct(self, x):
        return self.norm(x) + self.fixed(x)


class Perceptual(nn.Cell):
    def __init__(self):
        super().__init__()
        self.net = Net().set_train(False)
        self.bn = nn.BatchNorm1d(2)

    def construct(self, x):
        return self.net(x) * self.bn(x)


def parts_in_eval():
    a = Frozen()
    a.set_train()
    a.fixed.set_train(False)
    b = Perceptual()
    b.set_train()
    b.net.set_train(False)
    # TODO(torch2ms): [T2M301] set the mode of these parts after it (set_train() reaches fixed too,
    #   which torch leaves in eval mode)
    return run(a), run(b), run(Frozen().set_train())


def grown():
    net = Net()
    net.set_train()
    return net


def mixed_table(name="y"):
    factories = {"x": grown, "y": Other}
    # TODO(torch2ms): [T2M301] call set_train() on the result (if factories[name] is a class, its
    #   objects are in eval mode)
    return run(factories[name]()), run(factories["x"]()), run(factories["y"]().set_train())


def looked_up():
    here = sys.modules[__name__]
    net = getattr(here, "Net")()
    net.set_train()
    for param in parameters(net):
        param.requires_grad = True
    n = sum(p.numel() for p in net.trainable_params())
    return run(net), n
