"""nn.ReLU with torch's parameters, for places where the class itself is passed around."""

from mindspore import nn


class ReLU(nn.ReLU):
    """nn.ReLU with torch's parameters."""

    def __init__(self, inplace=False):
        super().__init__()
