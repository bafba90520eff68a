from mindspore import nn


class Part(nn.Cell):
    def __init__(self):
        super().__init__()
        self.body = nn.SequentialCell(nn.Dense(3, 3), nn.ReLU(), nn.Dense(3, 3))

    def construct(self, x):
        for layer in list(self.body)[:2]:
            x = layer(x)
        return x


class Last(nn.Cell):
    def __init__(self):
        super().__init__()
        self.layers = nn.CellList([nn.Dense(3, 3), nn.Dense(3, 3)])

    def construct(self, x):
        return list(self.layers)[1:][0](x) + len(list(self.layers)[:1])


class Once(nn.Cell):
    def __init__(self):
        super().__init__()
        self.layers = nn.CellList([nn.Dense(3, 3), nn.Dense(3, 3)])
        self.first = self.layers[:1]

    def construct(self, x):
        return self.first[0](x) + self.layers[1](x)
