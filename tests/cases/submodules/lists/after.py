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


class Tanh(nn.Cell):
    """Tanh to full precision (the CPU kernel of nn.Tanh is up to 1e-4 off)."""

    def construct(self, x):
        return 2 * ops.sigmoid(2 * x) - 1


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.fixed = nn.CellList([nn.Dense(3, 3) for _ in range(2)])
        self.growing = ModuleList([nn.Dense(3, 3) for _ in range(1)])
        self.growing.append(nn.Dense(3, 3))
        self.started = ModuleList([nn.Dense(3, 3)])
        self.started.extend([nn.Dense(3, 3), Tanh()])
        self.body = Sequential(nn.Dense(3, 3))
        self.body.act = nn.Sigmoid()

    def construct(self, x):
        for layer in self.fixed:
            x = layer(x)
        for i, layer in enumerate(self.growing):
            x = layer(x) + i
        for layer in self.started:
            x = layer(x)
        return self.body(x), len(self.fixed), len(self.growing), len(self.started)


class Residual(Sequential):
    def __init__(self):
        super().__init__()
        self.fc = nn.Dense(3, 3)
        self.act = nn.Sigmoid()

    def construct(self, x):
        return x + super().construct(x)
