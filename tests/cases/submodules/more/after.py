from mindspore import nn
from mindspore.common.initializer import initializer


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
    def __init__(self):
        super().__init__()
        self.body = Sequential()
        self.body.fc = nn.Dense(3, 3)
        self.more = ModuleList()
        self.more.append(nn.Dense(3, 3))
        self.by_name = ModuleDict({"a": nn.Dense(3, 3)})
        self.layers = []
        setattr(self, "extra", nn.Dense(3, 3))

    def construct(self, x):
        for name, m in self.body._cells.items():
            x = m(x)
        for m in list(self.cells())[:1]:
            x = m(x)
        for m in self.more:
            x = m(x)
        total = sum(1 for _, m in self.cells_and_names() if m is not self)
        dense = any(isinstance(m, nn.Dense) for _, m in self.cells_and_names())
        places = [i for i, m in enumerate(cell for _, cell in self.cells_and_names()) if isinstance(m, nn.Dense)]
        return self.by_name["a"](x) + self.extra(x), total, dense, places


def zero(m):
    if isinstance(m, nn.Dense):
        m.weight.set_data(initializer("zeros", m.weight.shape, m.weight.dtype))


def init(net: nn.Cell):
    found = [isinstance(m, nn.Dense) for _, m in net.cells_and_names()]
    for (name, m) in net.name_cells().items():
        found.append(name)
    net.apply(zero)
    return found
