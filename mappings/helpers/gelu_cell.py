"""nn.GELU with torch's parameters, for places where the class itself is passed around."""

from mindspore import nn


class GELU(nn.GELU):
    """nn.GELU with torch's parameters."""

    def __init__(self, approximate="none"):
        super().__init__(approximate == "tanh")
