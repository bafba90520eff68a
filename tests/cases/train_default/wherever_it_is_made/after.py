import mindspore as ms
from mindspore import nn, ops


class ModuleDict(nn.CellDict):
    """nn.CellDict that may hold containers and names that Cell uses itself."""

    name_prefix = ""

    def __init__(self, modules=None):
        super().__init__({} if modules is None else modules)

    def update_parameters_name(self, prefix="", recurse=True):
        super().update_parameters_name(prefix, recurse)
        self.name_prefix = prefix

    def _update_cell_para_name(self, key, cell):
        cell.update_parameters_name(f"{self.name_prefix}{key}.")

    def _validate_key(self, key):
        if not isinstance(key, str) or "." in key or not key:
            raise KeyError(key)

    def _validate_cell_type(self, cell):
        if not isinstance(cell, nn.Cell):
            raise TypeError(f"{cell!r} is not a Cell")


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


class Trainer:
    def __init__(self):
        self.net = Net()
        self.net.set_train()
        self.a, self.b = Net().set_train(), Other().set_train()


def attributes():
    t = Trainer()
    return run(t.net), run(t.a), run(t.b)


def dictionaries():
    nets = {"a": Net().set_train(), "b": Other().set_train()}
    more = dict(c=Net().set_train())
    comp = {k: Net().set_train() for k in "xy"}
    return [run(n) for n in (*nets.values(), *more.values(), *comp.values())]


class Job:
    def __init__(self, model, *rest):
        self.model = model
        self.rest = rest


def arguments():
    t = Job(model=Net().set_train())
    u = Job(Net().set_train(), Other().set_train())
    return run(t.model), run(u.model), run(u.rest[0]), run(Net().set_train())


def conditions(c=True):
    net = Net().set_train() if c else Other().set_train()
    other = None or Net().set_train()
    if (w := Net().set_train()) is not None:
        y = run(w)
    return run(net), run(other), y


def targets():
    net: nn.Cell = Net()
    net.set_train()
    a = b = Net().set_train()
    nets = []
    nets.append(Net().set_train())
    nets += [Other().set_train()]
    nets.extend([Net().set_train(), Net().set_train()])
    nets.insert(0, Net().set_train())
    d = {}
    d["x"] = Net().set_train()
    return run(net), run(b), [run(n) for n in nets], run(d["x"])


def loops():
    out = []
    for net in (Net().set_train(), Other().set_train()):
        out.append(run(net))
    for name, net in {"a": Net().set_train()}.items():
        out.append(run(net))
    for n, net in enumerate([Net().set_train(), Net().set_train(False)]):
        out.append(run(net))
    for a, b in zip([Net().set_train()], [Other().set_train()]):
        out.append(run(a) + run(b))
    return out


def build(flag=True):
    if flag:
        return Net().set_train(), Other().set_train()
    return Net().set_train()


def build_dict():
    return {"net": Net().set_train(), "opt": None}


def build_cond(flag=True):
    return Net().set_train() if flag else Other().set_train()


def returned():
    a, b = build()
    return run(a), run(b), run(build_dict()["net"]), run(build_cond())


def called_at_once():
    return ops.stop_gradient(Net().set_train()(X)), ops.stop_gradient(nn.BatchNorm1d(2).set_train()(X)), ops.stop_gradient(nn.SequentialCell(nn.BatchNorm1d(2)).set_train()(X))


def containers():
    layers = []
    layers.append(nn.BatchNorm1d(2))
    layers.append(nn.Identity())
    a = nn.SequentialCell(*layers)
    a.set_train()
    b = nn.CellList([nn.BatchNorm1d(2) for _ in range(2)])
    b.set_train()
    c = ModuleDict({"x": nn.BatchNorm1d(2)})
    c.set_train()
    d = Sequential()
    for i in range(2):
        setattr(d, str(i), nn.BatchNorm1d(2).set_train())
    return run(a), run(b[0]), run(c["x"]), run(d)
