from torch.nn import Linear, ReLU
from torch.nn import Conv2d as Conv
from .model import Net

__all__ = ["Linear", "Net"]


def build():
    return ReLU(), Conv(3, 3, 1)
