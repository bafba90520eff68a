from functools import wraps

from mindspore import nn, ops


def relu(x):
    return ops.relu(x)


def tanh(x):
    return 2 * ops.sigmoid(2 * x) - 1


# kept: the name of the function is there
@wraps(ops.sigmoid)
def sigmoid(x):
    return ops.sigmoid(x)


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.linear = nn.Dense(3, 3)

    def construct(self, x):
        return self.linear(x)
