from mindspore import nn


class Hardswish(nn.HSwish):
    """nn.HSwish with torch's parameters."""

    def __init__(self, inplace=False):
        super().__init__()


class ReLU6(nn.ReLU6):
    """nn.ReLU6 with torch's parameters."""

    def __init__(self, inplace=False):
        super().__init__()


class ReLU(nn.ReLU):
    """nn.ReLU with torch's parameters."""

    def __init__(self, inplace=False):
        super().__init__()


class SiLU(nn.SiLU):
    """nn.SiLU with torch's parameters."""

    def __init__(self, inplace=False):
        super().__init__()


class Block(nn.Cell):
    def __init__(self, size, act=ReLU):
        super().__init__()
        self.fc = nn.Dense(size, size)
        self.act = act(inplace=True)

    def construct(self, x):
        return self.act(self.fc(x))


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.body = nn.SequentialCell(Block(3), Block(3, ReLU6), Block(3, act=SiLU), Block(3, Hardswish))

    def construct(self, x):
        return self.body(x)
