from torch import nn


class Base(nn.Module):
    def __init__(self, width, bias=True):
        super().__init__()
        self.width = width


class Net(Base):
    def __init__(self, width):
        super().__init__(width, bias=False)

    def forward(self, x):
        return x * self.width
