from mindspore import nn, ops, Parameter


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.fc = nn.Dense(3, 3)
        self.mean = Parameter(ops.zeros((6,))[:3].copy(), requires_grad=False)
        self.scale = Parameter(ops.ones((3,)).unsqueeze(0).copy(), requires_grad=False)
        self.grid = Parameter(ops.arange(6.0).view(2, 3), requires_grad=False)

    def construct(self, x):
        ops.assign(self.mean, 0.9 * self.mean + 0.1 * ops.stop_gradient(x).mean(0))
        ops.assign(self.scale, self.scale * 0.5 + 0.5)
        return self.fc(x) * self.scale + self.mean + self.grid.sum(0)
