from mindspore import nn


class Base(nn.Cell):
    def __init__(self, width, bias=True):
        super().__init__()
        self.width = width


class Net(Base):
    def __init__(self, width):
        super().__init__(width, bias=False)

    def construct(self, x):
        return x * self.width
