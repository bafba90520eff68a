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


class Base(nn.Cell):
    def __init__(self):
        super().__init__()
        self.layers = ModuleList([nn.Dense(2, 2)])
        self.body = Sequential(nn.Dense(2, 2))

    def construct(self, x):
        for layer in self.layers:
            x = layer(x)
        return self.body(x)


class More(Base):
    def __init__(self):
        super().__init__()
        self.layers.append(nn.Dense(2, 2))


class Fixed(nn.Cell):
    # Lists of the same names that never grow.
    def __init__(self):
        super().__init__()
        self.layers = nn.CellList([nn.Dense(2, 2)])
        self.body = nn.SequentialCell(nn.Dense(2, 2), nn.ReLU())

    def construct(self, x):
        for layer in self.layers:
            x = layer(x)
        return self.body(x)


def build():
    net = More()
    net.layers.append(nn.Dense(2, 2))
    net.body.last = nn.Dense(2, 2)
    return net


def fill(net, x):
    for one in (build(), Fixed()):
        for p in one.trainable_params():
            ops.assign(p, ops.full_like(p, 0.5))
        x = ops.stop_gradient(one(x))
    return net(x)
