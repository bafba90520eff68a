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


class Net(nn.Cell):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.layers = nn.CellList([nn.Dense(3, 3) for _ in range(config.n)])
        self.blocks = ModuleList()
        for _ in range(3):
            self.blocks.append(nn.Dense(3, 3))
        self.names = ['a', 'b']
        self.first = self.layers[:1]

    def construct(self, x):
        for layer in list(self.layers)[: self.config.n]:  # all of them
            x = layer(x)
        for i, layer in enumerate(list(self.blocks)[:-1]):
            x = layer(x)
        for name in self.names[:1]:
            x = x + len(name)
        return self.first[0](x), [b(x) for b in list(self.blocks)[1:]]
