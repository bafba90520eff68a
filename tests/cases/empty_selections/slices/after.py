from mindspore import nn, ops, Tensor


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.fc = nn.Dense(4, 3)

    def construct(self, x: Tensor):
        y = self.fc(x)
        rows = ops.stop_gradient(y)[:0]  # nothing to begin with
        places = ops.arange(3)[:0]
        return rows.shape, places.shape[0], y, x[:1].sum()
