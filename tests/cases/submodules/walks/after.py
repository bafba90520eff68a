from mindspore import nn


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.body = nn.SequentialCell(nn.Dense(3, 3), nn.ReLU())
        for _, m in self.cells_and_names():
            if isinstance(m, nn.Dense):
                print(m)
        for name, m in self.cells_and_names():
            print(name)
        linears = [m for _, m in self.cells_and_names() if isinstance(m, nn.Dense)]
        count = len(list(cell for _, cell in self.cells_and_names()))
        for child in self.cells():
            print(child)
        for name, child in self.body.name_cells().items():
            print(name, child)
        first = next(iter(self.body.cells()))
        layers = list(self.body.cells())[:-1]
        self.tail = nn.SequentialCell(*layers)
        names = dict(self.cells_and_names())
        found = {name: m for name, m in self.cells_and_names()}
        self.get_sub_cell("body.0")

    def construct(self, x):
        return self.tail(x)
