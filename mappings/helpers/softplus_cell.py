"""Softplus as a Cell."""

from mindspore import nn, ops


class Softplus(nn.Cell):
    """Softplus as a Cell."""

    def __init__(self, beta=1.0, threshold=20.0):
        super().__init__()
        self.beta = beta
        self.threshold = threshold

    def construct(self, x):
        return ops.softplus(x, self.beta, self.threshold)
