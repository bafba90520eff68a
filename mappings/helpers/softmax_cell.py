"""nn.Softmax with torch's parameters: without `dim` the axis depends on the number of dimensions."""

from mindspore import nn, ops


class Softmax(nn.Softmax):
    """nn.Softmax with torch's parameters."""

    def __init__(self, dim=None):
        super().__init__(-1 if dim is None else dim)
        self.dim = dim

    def construct(self, x):
        if self.dim is not None:
            return super().construct(x)
        return ops.softmax(x, 0 if x.ndim in (0, 1, 3) else 1)
