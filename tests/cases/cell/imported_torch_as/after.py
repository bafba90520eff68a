from mindspore import nn, ops, Tensor


class Net(nn.Cell):
    def __init__(self):
        nn.Cell.__init__(self)
        self.fc = nn.Dense(3, 3)

    def construct(self, x: Tensor) -> Tensor:
        return ops.relu(self.fc(x))
