from torch import nn


class Padded(nn.Conv2d):
    def __init__(self, a, b):
        super().__init__(a, b, 3)
        self.padding = (1, 1)


class Norm(nn.BatchNorm2d):
    def __init__(self, width):
        super().__init__(width)
        self.eps = 1e-3
        self.gain = 2

    def forward(self, x):
        return super().forward(x) * self.gain


class Scale(nn.Conv2d):
    def __init__(self, a, b):
        super().__init__(a, b, 3)
        self.stride = 2

    def forward(self, x):
        return x * self.stride


class Block(nn.Module):
    def __init__(self, stride):
        super().__init__()
        self.stride = stride
