"""Modules that are no layers of torch's keep the names of their inputs."""

from mindspore import nn


class Scaled(nn.Cell):
    def __init__(self):
        super().__init__()
        self.fc = nn.Dense(3, 3)

    def construct(self, input, scale=1.0):
        return self.fc(input) * scale


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.scaled = Scaled()

    def construct(self, x, **options):
        return self.scaled(input=x, scale=2.0, **options)
