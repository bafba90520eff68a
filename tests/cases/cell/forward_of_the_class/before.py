from functools import wraps

import torch
from torch import nn


class Base(nn.Module):
    scale = 2

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        forward = cls.forward

        @wraps(forward)
        def scaled(self, *args):
            is_outermost = type(self).forward is scaled
            return forward(self, *args) * (self.scale if is_outermost else 3)

        cls.forward = scaled

    @classmethod
    def of_class(cls, layer, x):
        return cls.forward(layer, x)


class Net(Base):
    def forward(self, x):
        return torch.relu(x)


class Derived(Net):
    def forward(self, x):
        return Net.forward(self, x) + self.of_class(Net(), x)


class Plan:
    """No module."""

    def forward(self):
        return 4

    @classmethod
    def of_class(cls):
        return cls.forward(cls)


def tripled(layer_class: type[nn.Module]) -> type[nn.Module]:
    forward = layer_class.forward

    def wrapped(self, x):
        return forward(self, x) * 3

    layer_class.forward = wrapped
    return layer_class


@tripled
class Tripled(nn.Module):
    def forward(self, x):
        return x + 1


def of_type(x, net: nn.Module):
    return type(net).forward(net, x) * Plan.of_class()


def run(x):
    return of_type(x, Net()) + Derived()(x) + Tripled()(x)
