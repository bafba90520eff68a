from mindspore import nn, ops, Parameter


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.fc = nn.Dense(3, 3)
        self.memo = {}
        self.seen = []
        self.center = Parameter(ops.zeros((1, 3)), requires_grad=False)

    def remember(self, x):
        self.memo["t"] = ops.stop_gradient(self.fc(x))
        self.seen = [ops.stop_gradient(2 * ops.sigmoid(2 * x) - 1)]
        self.a, self.b = ops.stop_gradient((x.exp(), x.sin()))
        setattr(self, "c", ops.stop_gradient(x.cos()))

    def update_center(self, x):
        self.center = Parameter(
            ops.stop_gradient(self.center * 0.9 + x.mean(0, keepdim=True) * 0.1), name=self.center.name, requires_grad=False
        )

    def construct(self, x):
        y = self.fc(x)
        self.remember(y)
        self.update_center(y)
        memo = self.memo
        print((w := ops.stop_gradient(y.exp())).shape)
        memo["u"] = ops.stop_gradient(y.sin())
        return y * memo["t"] * self.memo["u"] * self.seen[0] * self.a * self.b * self.c * self.center * w
