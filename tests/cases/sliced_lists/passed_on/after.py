from mindspore import nn


def run(layers, x):
    for layer in layers:
        x = layer(x)
    return x


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.layers = nn.CellList([nn.Dense(3, 3), nn.Dense(3, 3)])
        self.body = nn.SequentialCell(nn.Dense(3, 3), nn.ReLU(), nn.Dense(3, 3))

    def keep(self, n):
        self.layers = self.layers[:n]

    def both(self, x):
        # TODO(torch2ms): [T2M301] for layer in list(self.body)[:2]: x = layer(x) (the slice renames
        #   parameters: a checkpoint saved later lacks some)
        return x + self.body[:2](x)

    def construct(self, x):
        # TODO(torch2ms): [T2M301] a plain list of layers now, because a slice of a CellList renames
        #   parameters
        return run(list(self.layers)[1:], x) + self.body(x)
