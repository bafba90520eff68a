"""nn.Dropout with torch's parameters, for places where the class itself is passed around."""

from mindspore import nn


class Dropout(nn.Dropout):
    """nn.Dropout with torch's parameters."""

    def __init__(self, p=0.5, inplace=False):
        super().__init__(p=p)
