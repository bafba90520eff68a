from mindspore import nn, ops


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.fc = nn.Dense(3, 3)
        self.frozen = True

    def construct(self, x, learn):
        y = self.fc(x)
        t = y.exp()
        if self.frozen:
            t = ops.stop_gradient(t)
        u = y.sin()
        if not (not self.frozen and learn):
            u = ops.stop_gradient(u)
        v = y.cos()
        if not learn:
            v = ops.stop_gradient(v)
        return y * t * u * v
