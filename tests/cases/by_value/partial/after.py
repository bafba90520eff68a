from functools import partial

from mindspore import nn, ops, Parameter
from mindspore.common.initializer import initializer, Constant, HeUniform


def elu(input, alpha=1.0, inplace=False):
    """x above 0, alpha * (exp(x) - 1) below."""
    return ops.where(input > 0, input, alpha * (ops.exp(ops.where(input > 0, 0.0, input)) - 1))


def leaky_relu(input, negative_slope=0.01, inplace=False):
    """x above 0, negative_slope * x below, with torch's arguments."""
    return ops.leaky_relu(input, negative_slope)


def constant_(tensor, val):
    """Fill a tensor with a value, as torch.nn.init does, and return it."""
    return ops.assign(tensor, initializer(Constant(val), tensor.shape, tensor.dtype).init_data())


def kaiming_uniform_(tensor, a=0, mode="fan_in", nonlinearity="leaky_relu", generator=None):
    """Draw the values of a tensor anew, as torch.nn.init does, and return it."""
    return ops.assign(tensor, initializer(HeUniform(a, mode, nonlinearity), tensor.shape, tensor.dtype).init_data())


class Net(nn.Cell):
    """Activations with arguments bound: those have other names in MindSpore."""

    def __init__(self):
        super().__init__()
        self.leaky = partial(ops.leaky_relu, alpha=0.2)
        self.tanh_gelu = partial(ops.gelu, approximate="tanh")
        self.normalized = partial(ops.softmax, axis=-1)
        self.elu = partial(elu, alpha=0.5)
        self.half = lambda input, other: input + 0.5 * other
        self.drop = lambda input: input
        self.lin = nn.Dense(3, 4)

    def construct(self, x):
        y = self.leaky(self.lin(x))
        z = self.normalized(y) + self.tanh_gelu(y)
        return self.drop(self.half(z, self.elu(-y)))


def joined(x, y):
    by_rows = partial(ops.cat, axis=1)
    total = partial(ops.sum, dim=-1)
    return total(by_rows([x, y]))


def pooled(x):
    pool = partial(ops.max_pool2d, kernel_size=2, stride=2)  # with the stride of its kernel
    return pool(x)


def clipped(x):
    hard = partial(ops.hardtanh, min_val=-0.5)
    return hard(x, max_val=0.25)


def nested(x):
    act = partial(partial(leaky_relu, negative_slope=0.2), inplace=True)
    return act(x * 1)


def filled(x):
    fill = partial(constant_, val=0.5)
    weight = Parameter(x)
    fill(weight)
    return weight


def drawn(x):
    init = partial(kaiming_uniform_, a=0.1, mode="fan_out")
    weight = Parameter(x)
    init(weight)
    return weight
