from mindspore import nn, ops


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.fc = nn.Dense(4, 4)

    def construct(self, x):
        y = self.fc(x)
        kept = ops.stop_gradient(y)  # no gradient goes through it
        scale = ops.stop_gradient(y * 2)
        return y * kept + scale.sum()
