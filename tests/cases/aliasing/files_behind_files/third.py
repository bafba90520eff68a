from torch import nn

from .fourth import Scaling


class Far(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = Scaling()

    def forward(self, x):
        return self.layer(x)


def unchanged(x):
    return x
