from mindspore import nn, ops


class Tanh(nn.Cell):
    """Tanh to full precision (the CPU kernel of nn.Tanh is up to 1e-4 off)."""

    def construct(self, x):
        return 2 * ops.sigmoid(2 * x) - 1


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.body = nn.SequentialCell(nn.Dense(3, 3), nn.ReLU(), nn.Dense(3, 3), Tanh(), nn.Dense(3, 2))
        self.gates = nn.CellList([nn.Dense(3, 3), nn.Dense(3, 3), nn.Dense(3, 3)])

    def construct(self, x):
        for layer in reversed(list(self.body)[1:4]):
            x = layer(x)
        for layer, gate in zip(list(self.body)[::2], list(self.gates)[:2]):
            x = layer(x) * gate(x)
        maps = {i: layer(x) for i, layer in enumerate(list(self.gates)[1:], 1) if i > 1}
        return self.body[-1](x), maps
