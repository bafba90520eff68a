import mindspore
from mindspore import Parameter


def ops(x):
    return x


def Tensor(value):
    return value


class Net(mindspore.nn.Cell):
    def __init__(self, nn, ms):
        super().__init__()
        self.p = Parameter(mindspore.ops.zeros((3,)))
        self.fc = mindspore.nn.Dense(nn, ms)

    def construct(self, x: mindspore.Tensor):
        return mindspore.ops.relu(ops(x)).half() + Tensor(self.p)
