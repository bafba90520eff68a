from mindspore import nn


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.body = nn.SequentialCell(nn.Dense(3, 3), nn.ReLU())
        layers = list(self.body.cells())[:-1]
        self.tail = nn.SequentialCell(*layers)

    def walk(self):
        found = []
        for _, m in self.cells_and_names():
            if isinstance(m, nn.Dense):
                found.append(m is self.body[0])
        for name, m in self.cells_and_names():
            found.append(name)
        linears = [m for _, m in self.cells_and_names() if isinstance(m, nn.Dense)]
        count = len(list(cell for _, cell in self.cells_and_names()))
        for child in self.cells():
            found.append(child is self.tail)
        for name, child in self.body.name_cells().items():
            found.append((name, isinstance(child, nn.ReLU)))
        first = next(iter(self.body.cells()))
        names = dict(self.cells_and_names())
        kept = {name: m is first for name, m in self.cells_and_names()}
        same = self.get_sub_cell("body.0") is first
        return found, len(linears), count, list(names), kept, same

    def construct(self, x):
        return self.tail(x)
