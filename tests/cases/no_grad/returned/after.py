from mindspore import nn, ops, Tensor


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.teacher = nn.Dense(3, 3)

    def construct(self, x: Tensor):
        return x * self.target(x) + self.size(x)

    def target(self, x: Tensor):
        y = self.teacher(x)
        return ops.stop_gradient(ops.sigmoid(y))

    def size(self, x: Tensor):
        for i in range(3):
            x = x * 2
        n: int = x.shape[0]
        return n
