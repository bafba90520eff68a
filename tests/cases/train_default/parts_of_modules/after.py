import mindspore as ms
from mindspore import nn, ops


class ModuleList(nn.CellList):
    """nn.CellList that takes None too, and names the parameters of appended Cells after itself from the start."""

    name_prefix = ""

    def __init__(self, modules=None):
        super().__init__([] if modules is None else list(modules))

    def update_parameters_name(self, prefix="", recurse=True):
        super().update_parameters_name(prefix, recurse)
        self.name_prefix = prefix

    def append(self, cell):
        name = str(len(self))
        self._cells[name] = cell
        if cell is not None:
            cell.update_parameters_name(f"{self.name_prefix}{name}.")

    def extend(self, cells):
        for cell in cells:
            self.append(cell)
        return self


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


def block(n):
    return nn.SequentialCell(nn.BatchNorm1d(n)).set_train()


def layers(n):
    found = []
    for _ in range(2):
        found.append(nn.BatchNorm1d(n))
    return found


def body(n):
    parts = [nn.Identity()]
    parts += [nn.BatchNorm1d(n)]
    return nn.SequentialCell(*parts).set_train()


class Own(nn.Cell):
    def __init__(self):
        super().__init__()
        self.block = block(2)
        self.body = nn.SequentialCell(*layers(2))
        self.more = ModuleList()
        self._make()

    def _make(self):
        self.more.append(nn.BatchNorm1d(2))

    def reset(self):
        self.block = nn.BatchNorm1d(2)
        self.block.set_train()

    def construct(self, x):
        return self.body(self.block(x)) + self.more[0](x)


def builders():
    net = Own()
    net.set_train()
    a = run(net)
    net.set_train(False)
    b = run(net)
    net.reset()
    return a, b, run(net), run(block(2)), run(body(2)), run(nn.SequentialCell(*layers(2)).set_train()), net.training


class Odd(nn.Cell):
    def __init__(self):
        super().__init__()
        self.fc = nn.Identity()

    def construct(self, x):
        x = self.fc(x)
        bn = nn.BatchNorm1d(2)
        bn.set_train()
        return nn.BatchNorm1d(2).set_train()(x) + bn(x)


def made_in_forward():
    net = Odd()
    net.set_train()
    a = run(net)
    net.set_train(False)
    return a, run(net)


class Res(nn.Cell):
    def __init__(self, norm=lambda c: nn.BatchNorm1d(c), drop=nn.Dropout(p=0.0)):
        super().__init__()
        self.norm = norm(2)
        self.drop = drop

    def construct(self, x):
        return self.drop(self.norm(x))


def lambdas():
    a = Res()
    a.set_train()
    b = Res(norm=lambda c: nn.BatchNorm1d(c, eps=1e-3))
    b.set_train()
    make = lambda c: nn.BatchNorm1d(c)
    c = Res(make)
    c.set_train()
    first = run(a), run(b), run(c)
    a.set_train(False)
    return first, run(a)


class Sized(nn.Cell):
    def __init__(self):
        super().__init__()
        self.stem = nn.SequentialCell(nn.BatchNorm1d(2))
        self.stem.set_train()
        self.width = self.stem(X).shape[1]
        self.body = nn.BatchNorm1d(self.width)
        self.body.set_train()
        self.count = self.measure()

    def measure(self):
        return self.body(X + 1).numel()

    def construct(self, x):
        return self.body(self.stem(x))


def run_while_built():
    net = Sized().set_train(False)
    return run(net), net.width, net.count
