from mindspore import nn, ops, Tensor


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.channels = nn.Dropout2d(1.0)
        self.planes = nn.Dropout1d(p=1.0)

    def construct(self, x: Tensor):
        y = ops.zeros_like(x * 2) + ops.dropout(x, p=1.0, training=False)
        z = (ops.zeros_like(x) if self.training else x) * 2 + ops.zeros_like(x)
        planes = self.planes(x[:, :, 0])
        return y + z, ops.dropout2d(x, 1.0), ops.dropout3d(x[None], 1.0), self.channels(x), planes
