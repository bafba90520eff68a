"""One size for one axis, in a tuple that is passed on."""

import torch.nn.functional as F
from torch import nn


class Pools(nn.Module):
    def __init__(self, kernel=(2,), stride=[2], padding=(1,), size=3):
        super().__init__()
        self.conv = nn.Conv1d(2, 2, kernel, padding=padding)
        self.largest = nn.MaxPool1d(kernel)
        self.strided = nn.MaxPool1d(kernel, stride=stride)
        self.mean = nn.AvgPool1d(kernel, padding=padding)
        self.plain = nn.MaxPool1d(size)

    def forward(self, x):
        kernel = (2,)
        means = F.avg_pool1d(x, kernel) + F.avg_pool1d(x, 2, kernel)
        return self.conv(x), self.largest(x), self.strided(x), self.mean(x), self.plain(x), means
