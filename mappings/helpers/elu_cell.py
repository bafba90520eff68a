"""ELU with any alpha (the CPU kernel takes 1.0 only)."""

from mindspore import nn, ops


class ELU(nn.Cell):
    """ELU with any alpha (the CPU kernel takes 1.0 only)."""

    def __init__(self, alpha=1.0, inplace=False):
        super().__init__()
        self.alpha = alpha

    def construct(self, x):
        return ops.where(x > 0, x, self.alpha * (ops.exp(ops.where(x > 0, 0.0, x)) - 1))
