"""Leaky ReLU with a random slope in training and the mean slope otherwise."""

from mindspore import nn, ops


class RReLU(nn.Cell):
    """Leaky ReLU with a random slope in training and the mean slope otherwise."""

    def __init__(self, lower=0.125, upper=1 / 3, inplace=False):
        super().__init__()
        self.lower = lower
        self.upper = upper

    def construct(self, x):
        slope = (self.lower + self.upper) / 2
        if self.training:
            slope = ops.rand_like(x) * (self.upper - self.lower) + self.lower
        return ops.where(x > 0, x, x * slope)
