from mindspore import nn


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


class Inner(nn.Cell):
    def __init__(self):
        super().__init__()
        self.layers = ModuleList([])
        for _ in range(2):
            self.layers.append(nn.Dense(2, 2))

    def construct(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


class Outer(nn.Cell):
    def __init__(self):
        super().__init__()
        self.layers = ModuleList([])
        for _ in range(2):
            self.layers.append(Inner())

    def construct(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


class Other(nn.Cell):
    def __init__(self):
        super().__init__()
        self.layers = nn.CellList([Outer()])

    def construct(self, x):
        return self.layers[0](x)
