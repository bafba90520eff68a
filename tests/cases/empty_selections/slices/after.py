from mindspore import nn, ops, Tensor


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.fc = nn.Dense(4, 3)

    def construct(self, x: Tensor):
        y = self.fc(x)
        rows = ops.stop_gradient(y)[:0]  # nothing to begin with
        for row in y:
            rows = ops.cat([rows, row.unsqueeze(0)])
        places = ops.arange(3)[:0]
        return rows, places.shape[0], x[:1].sum()
