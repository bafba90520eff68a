from mindspore import nn, ops


class Tanh(nn.Cell):
    """Tanh to full precision (the CPU kernel of nn.Tanh is up to 1e-4 off)."""

    def construct(self, x):
        return 2 * ops.sigmoid(2 * x) - 1


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.fc = nn.Dense(3, 3)
        self.layers = nn.SequentialCell(nn.Dense(3, 3), Tanh())

    def _forward(self, x, scale, shift=0.0):
        return self.fc(x) * scale + shift

    def construct(self, x, scale):
        x = self._forward(x, scale, shift=1.0)
        x = self._forward(
            x,  # the input
            scale,
        )
        x = (lambda a: ops.relu(a) + scale)(x)
        x = self.layers(x)
        inputs = (x, scale)
        return self._forward(*inputs)
