import mindspore as ms
from mindspore import nn, ops, Parameter


def log_softmax(input, dim=None, _stacklevel=3, dtype=None):
    """Log-softmax along `dim`; without it along axis 0 of no, one or three dimensions, otherwise along axis 1."""
    if dim is None:
        dim = 0 if input.ndim in (0, 1, 3) else 1
    return ops.log_softmax(input if dtype is None else input.astype(dtype), dim)


def softmax(input, dim=None, _stacklevel=3, dtype=None):
    """Softmax along `dim`; without it along axis 0 of no, one or three dimensions, otherwise along axis 1."""
    if dim is None:
        dim = 0 if input.ndim in (0, 1, 3) else 1
    return ops.softmax(input if dtype is None else input.astype(dtype), dim)


class LogSoftmax(nn.LogSoftmax):
    """nn.LogSoftmax with torch's parameters."""

    def __init__(self, dim=None):
        super().__init__(-1 if dim is None else dim)
        self.dim = dim

    def construct(self, x):
        if self.dim is not None:
            return super().construct(x)
        return ops.log_softmax(x, 0 if x.ndim in (0, 1, 3) else 1)


class Probabilities(nn.Cell):
    def __init__(self, dim=None):
        super().__init__()
        self.logs = LogSoftmax(dim)

    def construct(self, x):
        return self.logs(x)


class Slope(nn.Cell):
    def __init__(self):
        super().__init__()
        self.slope = Parameter(ms.tensor(0.25))

    def construct(self, x):
        return ops.prelu(x, self.slope.reshape(1))


def soft(x, dim=None):
    return softmax(x, dim), log_softmax(x, dim)


def main():
    x = ops.arange(-3.0, 3.0).reshape(2, 3)
    return soft(x), soft(x.reshape(1, 2, 3)), soft(x, 0), Probabilities()(x), Slope()(x)
