import mindspore as ms
from mindspore import nn, ops
from mindspore.common.initializer import initializer, Constant


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


class Sequential(nn.SequentialCell):
    """nn.SequentialCell that runs Cells added by name or as attributes, like torch's Sequential."""

    name_prefix = ""

    def update_parameters_name(self, prefix="", recurse=True):
        super().update_parameters_name(prefix, recurse)
        self.name_prefix = prefix

    def insert_child_to_cell(self, child_name, child_cell):
        super().insert_child_to_cell(child_name, child_cell)
        child_cell.update_parameters_name(f"{self.name_prefix}{child_name}.")
        self.cell_list = list(self._cells.values())
        self._is_dynamic_name = [True] * len(self.cell_list)

    def append(self, cell):
        self.insert_child_to_cell(str(len(self)), cell)
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


def layers_added_later():
    net = Plain(nn.Dense(2, 2))
    net.inner = nn.BatchNorm1d(2)
    net.inner.set_train()
    s = nn.SequentialCell(nn.Identity())
    s.append(nn.BatchNorm1d(2).set_train())
    t = Sequential(nn.Identity())
    t.bn = nn.BatchNorm1d(2).set_train()
    u = Plain()
    setattr(u, "inner", nn.BatchNorm1d(2).set_train())
    v = nn.SequentialCell(nn.Identity(), nn.Identity())
    v[1] = nn.BatchNorm1d(2).set_train()
    return run(net), run(s), run(t), run(u), run(v)


class Lists(nn.Cell):
    def __init__(self):
        super().__init__()
        self.parts = [nn.BatchNorm1d(2).set_train(), nn.BatchNorm1d(2).set_train()]
        self.table = {"a": nn.BatchNorm1d(2).set_train()}
        self.more = []
        self.more.append(nn.BatchNorm1d(2).set_train())
        self.own = ModuleList()
        self.own += [nn.BatchNorm1d(2)]

    def construct(self, x):
        return self.parts[0](x) + self.table["a"](x) + self.more[0](x) * self.own[0](x)


def plain_lists():
    a = Lists()
    a.set_train()
    first = run(a)
    a.set_train(False)
    return first, run(a)


class Gen(Net):
    def sample(self, x):
        return self(x)

    def init(self):
        for p in self.trainable_params():
            p.set_data(initializer(Constant(1.0), p.shape, p.dtype))
        return self


def used_by_methods():
    a = Gen()
    a.set_train()
    y = ops.stop_gradient(a.sample(X))
    a.set_train(False)
    b = Gen()
    b.init()
    b.set_train(False)
    c = Gen()
    c.set_train()
    z = ops.stop_gradient(c.bn(X))
    c.set_train(False)
    d = Gen()
    d.set_train()
    w = ops.stop_gradient(d.construct(X))
    d.set_train(False)
    return y, run(b), z, w
