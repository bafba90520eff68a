"""nn.LogSoftmax with torch's parameters, for places where the class itself is passed around."""

from mindspore import nn


class LogSoftmax(nn.LogSoftmax):
    """nn.LogSoftmax with torch's parameters."""

    def __init__(self, dim=-1):
        super().__init__(dim)
