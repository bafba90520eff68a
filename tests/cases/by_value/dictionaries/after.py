from functools import partial
from mindspore import nn, ops


def elu(input, alpha=1.0, inplace=False):
    """x above 0, alpha * (exp(x) - 1) below."""
    return ops.where(input > 0, input, alpha * (ops.exp(ops.where(input > 0, 0.0, input)) - 1))


def leaky_relu(input, negative_slope=0.01, inplace=False):
    """x above 0, negative_slope * x below, with torch's arguments."""
    return ops.leaky_relu(input, negative_slope)


def mish(input, inplace=False):
    """x * tanh(softplus(x)), the tanh written as a sigmoid."""
    return input * (2 * ops.sigmoid(2 * ops.softplus(input)) - 1)


def selu(input, inplace=False):
    """SELU with the right gradient below 0 and at 0."""
    return 1.7580993408473766 * ops.elu(input) - 0.7073983534918961 * ops.relu(input)


ACTIVATIONS = {
    "relu": ops.relu,
    "relu6": ops.relu6,
    "celu": ops.celu,
    "leaky_relu": leaky_relu,
    "elu": elu,
    "selu": selu,
    "hard": ops.hardtanh,
    "silu": ops.silu,
    "mish": mish,
    "tanh": lambda input: 2 * ops.sigmoid(2 * input) - 1,
    "sigmoid": ops.sigmoid,
}


def get(name):
    return ACTIVATIONS[name]


class Net(nn.Cell):
    def __init__(self, activation="relu6"):
        super().__init__()
        self.act = get(activation)
        self.lin = nn.Dense(3, 4)

    def construct(self, x):
        return self.act(self.lin(x))


def all_of_them(x):
    return ops.cat([act(3 * x) for act in ACTIVATIONS.values()])


def chosen(x, smooth: bool):
    act = ops.gelu if smooth else partial(ops.leaky_relu, alpha=0.01)
    return act(x)


def by_default(x, act=ops.softplus):
    return act(x)
