"""nn.CELU with torch's parameters, for places where the class itself is passed around."""

from mindspore import nn


class CELU(nn.CELU):
    """nn.CELU with torch's parameters."""

    def __init__(self, alpha=1.0, inplace=False):
        super().__init__(alpha)
