from mindspore import nn, ops, Parameter
from mindspore.common.initializer import initializer


def hardsigmoid(input, inplace=False):
    """relu6(x + 3) / 6, with torch's arguments."""
    return ops.hardsigmoid(input)


def leaky_relu(input, negative_slope=0.01, inplace=False):
    """x above 0, negative_slope * x below, with torch's arguments."""
    return ops.leaky_relu(input, negative_slope)


def log_softmax(input, dim=None, _stacklevel=3, dtype=None):
    """Log-softmax along `dim`; without it along axis 0 of no, one or three dimensions, otherwise along axis 1."""
    if dim is None:
        dim = 0 if input.ndim in (0, 1, 3) else 1
    return ops.log_softmax(input if dtype is None else input.astype(dtype), dim)


def relu(input, inplace=False):
    """max(x, 0), with torch's arguments."""
    return ops.relu(input)


def softmax(input, dim=None, _stacklevel=3, dtype=None):
    """Softmax along `dim`; without it along axis 0 of no, one or three dimensions, otherwise along axis 1."""
    if dim is None:
        dim = 0 if input.ndim in (0, 1, 3) else 1
    return ops.softmax(input if dtype is None else input.astype(dtype), dim)


def zeros_(tensor):
    """Fill a tensor with zeros, as torch.nn.init does, and return it."""
    return ops.assign(tensor, initializer("zeros", tensor.shape, tensor.dtype).init_data())


GATES = {"relu": relu, "sigmoid": hardsigmoid}


def gated(x, name):
    gate = GATES[name]
    return gate(x * 1, inplace=True)


class Block(nn.Cell):
    def __init__(self, act=leaky_relu, init=zeros_):
        super().__init__()
        self.act = act
        self.weight = Parameter(ops.ones((3,)))
        init(self.weight)

    def construct(self, x):
        return self.act(x + self.weight, negative_slope=0.3)


def by_axis(x):
    normalize = softmax
    return normalize(x, dim=0) + normalize(x, dim=-1)


def by_position(x):
    normalize = log_softmax
    return normalize(x, -1)
