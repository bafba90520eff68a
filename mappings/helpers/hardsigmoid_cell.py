"""nn.HSigmoid with torch's parameters, for places where the class itself is passed around."""

from mindspore import nn


class Hardsigmoid(nn.HSigmoid):
    """nn.HSigmoid with torch's parameters."""

    def __init__(self, inplace=False):
        super().__init__()
