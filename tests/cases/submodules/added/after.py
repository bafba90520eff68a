from mindspore import nn, ops


class Tanh(nn.Cell):
    """Tanh to full precision (the CPU kernel of nn.Tanh is up to 1e-4 off)."""

    def construct(self, x):
        return 2 * ops.sigmoid(2 * x) - 1


class Net(nn.Cell):
    def __init__(self, n):
        super().__init__()
        self.head = nn.Dense(3, 3)
        self.tail = nn.Dense(3, 3)
        self.bias = nn.Dense(3, 3)
        for i in range(n):
            setattr(self, f"block{i}", nn.Dense(3, 3))
        self.cells_ = nn.ReLU()
        for stage in make_stages():
            setattr(self, *stage)  # layer1, layer2

    def construct(self, x):
        x = self.bias(self.tail(self.head(x)))
        x = self.block1(self.cells_(self.block0(x)))
        return self.layer2(self.layer1(x))


def make_stages():
    return [("layer1", nn.Dense(3, 3)), ("layer2", Tanh())]
