"""Biases that are taken from layers after they were made."""

from mindspore import nn


class Plain(nn.Dense):
    def __init__(self, dim):
        super().__init__(dim, dim)
        self.bias = None
        self.has_bias = False


class Net(nn.Cell):
    def __init__(self, tied):
        super().__init__()
        self.fc = nn.Dense(4, 3)
        self.fc.bias = None
        self.fc.has_bias = False  # the norm has one
        self.body = nn.SequentialCell(nn.Conv1d(3, 3, 1, pad_mode="valid", has_bias=True), nn.ReLU())
        self.body[0].bias = None
        self.body[0].has_bias = False
        self.head = nn.Dense(3, 3)
        if tied:
            self.head.bias = None
            self.head.has_bias = False
        self.plain = Plain(3)

    def construct(self, x):
        return self.plain(self.head(self.body(self.fc(x).unsqueeze(2)).squeeze(2)))
