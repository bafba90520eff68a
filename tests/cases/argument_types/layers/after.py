"""Arguments of layers that torch takes in several types, and MindSpore in one."""

from typing import Optional

import numpy as np
from mindspore import nn


class Block(nn.Cell):
    def __init__(self, dim, bias=None, dropout=0, kernel=[3, 3]):
        super().__init__()
        self.conv = nn.Conv2d(dim, dim, tuple(kernel), stride=(1, 1), pad_mode="pad", padding=1, has_bias=bool(bias))
        self.pool = nn.MaxPool2d((2, 2), (2, 2))
        self.norm = nn.BatchNorm2d(dim, affine=True)
        self.rnn = nn.LSTM(dim, 4, num_layers=2, dropout=float(dropout), batch_first=True)

    def construct(self, x):
        x = self.norm(self.pool(self.conv(x)))
        return self.rnn(x.flatten(start_dim=2).swapaxes(1, 2))[0]


class Head(nn.Cell):
    def __init__(self, shape, bias: Optional[bool] = None, classes=2):
        super().__init__()
        self.hidden = np.prod(shape)
        self.fc = nn.Dense(int(self.hidden), classes, has_bias=bool(bias))
        self.out = nn.Dense(classes, classes, has_bias=False)

    def construct(self, x):
        return self.out(self.fc(x.reshape(-1, self.hidden)))


class Plain(nn.Cell):
    """Nothing is put around what is right by its default, by its annotation and by what callers pass."""

    def __init__(self, dim, hidden: int, bias=True, dropout=0.1, kernel=(3, 3), sizes=(2, 2)):
        super().__init__()
        self.conv = nn.Conv2d(dim, hidden, kernel, pad_mode="pad", padding=1, has_bias=not bias)
        self.pool = nn.AdaptiveAvgPool2d(sizes)
        self.rnn = nn.GRU(hidden, dim, num_layers=2, dropout=dropout, has_bias=bias)

    def construct(self, x):
        return self.rnn(self.pool(self.conv(x)).flatten(start_dim=2).permute(2, 0, 1))[0]


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.block = Block(3)
        self.biased = Block(3, bias=1, dropout=0)
        self.head = Head((4, 4))
        self.plain = Plain(3, 4, dropout=0.0)

    def construct(self, x):
        return self.head(self.block(x) + self.biased(x)), self.plain(x)
