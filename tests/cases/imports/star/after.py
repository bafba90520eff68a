from mindspore import nn


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.body = nn.SequentialCell(nn.Dense(3, 3), nn.ReLU())

    def construct(self, x):
        return self.body(x)
