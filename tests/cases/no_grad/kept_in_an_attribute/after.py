from mindspore import nn, ops, Tensor


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.fc = nn.Dense(3, 3)
        self.last = ops.zeros((2, 3))

    def construct(self, x: Tensor):
        # TODO(torch2ms): [T2M404] self.last keeps a value that may carry a gradient: wrap what is…
        self.last = self.fc(x)
        return x * self.last
