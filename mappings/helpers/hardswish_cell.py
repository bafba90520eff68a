"""nn.HSwish with torch's parameters, for places where the class itself is passed around."""

from mindspore import nn


class Hardswish(nn.HSwish):
    """nn.HSwish with torch's parameters."""

    def __init__(self, inplace=False):
        super().__init__()
