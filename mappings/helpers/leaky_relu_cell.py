"""nn.LeakyReLU with torch's parameters, for places where the class itself is passed around."""

from mindspore import nn


class LeakyReLU(nn.LeakyReLU):
    """nn.LeakyReLU with torch's parameters."""

    def __init__(self, negative_slope=0.01, inplace=False):
        super().__init__(negative_slope)
