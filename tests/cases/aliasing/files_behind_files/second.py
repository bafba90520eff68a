from torch import nn

from .fourth import Scaling
from .third import Far, unchanged


class ScaledThere(Scaling):
    pass


class Cut(nn.Module):
    def forward(self, x):
        return x.clamp_(min=0.1)


class KeptThere(nn.Module):
    def forward(self, x):
        return unchanged(x)


class Farther(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = Far()

    def forward(self, x):
        return self.layer(x)
