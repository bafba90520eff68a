from mindspore import nn, ops, Tensor


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.grid = ops.zeros((3,))

    def construct(self, x: Tensor):
        y = x * 2
        self.grid = y
        self.grid += 1
        y = self.grid
        return y
