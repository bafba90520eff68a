"""nn.ReLU6 with torch's parameters, for places where the class itself is passed around."""

from mindspore import nn


class ReLU6(nn.ReLU6):
    """nn.ReLU6 with torch's parameters."""

    def __init__(self, inplace=False):
        super().__init__()
