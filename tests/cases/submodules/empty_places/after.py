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
    def __init__(self, depth, down=True):
        super().__init__()
        self.layers = ModuleList([])
        for i in range(depth):
            self.layers.append(ModuleList([
                nn.Dense(4, 4),
                nn.LayerNorm((4,), epsilon=1e-5) if i % 2 else None,
            ]))
        last = nn.Dense(4, 4) if down else None
        self.tail = ModuleList((nn.Dense(4, 4), last))
        self.gates = ModuleList([nn.Dense(4, 4) if i else None for i in range(3)])
        self.growing = ModuleList()
        for i in range(3):
            self.growing.append(None if i == 0 else nn.Dense(4, 4))
        extra = [nn.Dense(4, 4), None]
        self.extra = ModuleList(extra)

    def construct(self, x):
        for linear, norm in self.layers:
            x = linear(x)
            if norm is not None:
                x = norm(x)
        for layer in (*self.tail, *self.gates, *self.growing, *self.extra):
            x = x if layer is None else layer(x)
        return x * len(self.gates)
