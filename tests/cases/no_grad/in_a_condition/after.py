from mindspore import nn, ops, Tensor


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.a = nn.Dense(3, 3)

    def construct(self, x: Tensor, y: Tensor):
        if x.shape[0] > 1:
            scale = ops.stop_gradient(self.a(x))
        else:
            scale = ops.stop_gradient(ops.sigmoid(x))
        x += 1
        return x * scale * y
