"""Arguments of layers that torch takes in several types, and MindSpore in one."""

from typing import Optional

import numpy as np
import torch
from torch import nn


class Block(nn.Module):
    def __init__(self, dim, bias=None, dropout=0, kernel=[3, 3]):
        super().__init__()
        self.conv = nn.Conv2d(dim, dim, kernel, stride=[1, 1], padding=1, bias=bias)
        self.pool = nn.MaxPool2d([2, 2], [2, 2])
        self.norm = nn.BatchNorm2d(dim, affine=1)
        self.rnn = nn.LSTM(dim, 4, num_layers=2, dropout=dropout, batch_first=True)

    def forward(self, x):
        x = self.norm(self.pool(self.conv(x)))
        return self.rnn(x.flatten(2).transpose(1, 2))[0]


class Head(nn.Module):
    def __init__(self, shape, bias: Optional[bool] = None, classes=2):
        super().__init__()
        self.hidden = np.prod(shape)
        self.fc = nn.Linear(self.hidden, classes, bias=bias)
        self.out = nn.Linear(classes, classes, bias=0)

    def forward(self, x):
        return self.out(self.fc(x.reshape(-1, self.hidden)))


class Plain(nn.Module):
    """Nothing is put around what is right by its default, by its annotation and by what callers pass."""

    def __init__(self, dim, hidden: int, bias=True, dropout=0.1, kernel=(3, 3), sizes=(2, 2)):
        super().__init__()
        self.conv = nn.Conv2d(dim, hidden, kernel, padding=1, bias=not bias)
        self.pool = nn.AdaptiveAvgPool2d(sizes)
        self.rnn = nn.GRU(hidden, dim, num_layers=2, dropout=dropout, bias=bias)

    def forward(self, x):
        return self.rnn(self.pool(self.conv(x)).flatten(2).permute(2, 0, 1))[0]


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.block = Block(3)
        self.biased = Block(3, bias=1, dropout=0)
        self.head = Head((4, 4))
        self.plain = Plain(3, 4, dropout=0.0)

    def forward(self, x):
        return self.head(self.block(x) + self.biased(x)), self.plain(x)
