from mindspore import nn, ops


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.fc = nn.Dense(3, 3)

    def construct(self, x):
        y = self.fc(x)
        scale = ops.ones((2, 3))
        scale *= ops.stop_gradient(y.exp())
        y += ops.stop_gradient(y.sin())
        return y * scale

    def scaled(self, x):
        y = self.fc(x)
        # TODO(torch2ms): [T2M404] wrap what is used later in ops.stop_gradient (in torch the
        #   gradient of y passes by this change)
        y *= 2
        return y
