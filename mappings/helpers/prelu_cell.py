"""nn.PReLU with torch's parameters, for places where the class itself is passed around."""

from mindspore import nn


class PReLU(nn.PReLU):
    """nn.PReLU with torch's parameters."""

    def __init__(self, num_parameters=1, init=0.25, device=None, dtype=None):
        super().__init__(num_parameters, init)
