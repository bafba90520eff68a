from mindspore import nn, ops


def relu6(input, inplace=False):
    """x between 0 and 6, with torch's arguments."""
    return ops.relu6(input)


class _SiLU(nn.SiLU):
    """nn.SiLU with torch's parameters."""

    def __init__(self, inplace=False):
        super().__init__()


SiLU = _SiLU
activation = relu6


def run(x):
    x = ops.softplus(x)
    x = x * 2
    x = x + 1
    return activation(SiLU()(x))


def of_modules(x):
    x = x / x.flatten().norm(2, 0)
    x = ops.real(ops.fft(x))
    x = ops.expm1(x)
    return x


def main(x):
    return run(x), of_modules(x)
