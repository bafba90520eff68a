from mindspore import nn, ops, Tensor


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3, pad_mode='pad', padding=1, has_bias=True)
        self.pool = nn.MaxPool2d(2, stride=2)

    def construct(self, x: Tensor):
        x = self.pool(self.conv(x))
        first = self.conv(ops.ones((2, 3, 4, 4))[0].unsqueeze(0))
        return ops.softmax(x.mean((2, 3)), 1), first, ops.softmax(x.sum(1), -1), self.pool(x[0])
