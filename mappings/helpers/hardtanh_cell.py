"""nn.Hardtanh with torch's parameters, for places where the class itself is passed around."""

from mindspore import nn


class Hardtanh(nn.Hardtanh):
    """nn.Hardtanh with torch's parameters."""

    def __init__(self, min_val=-1.0, max_val=1.0, inplace=False):
        super().__init__(min_val, max_val)
