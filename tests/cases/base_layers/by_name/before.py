import torch
from torch import nn


class Low:
    def __init__(self, rank, scale=1.0):
        self.rank = rank
        self.scale = scale
        self.merged = False


class Linear(nn.Linear, Low):
    def __init__(self, i, o, rank=2, **options):
        nn.Linear.__init__(self, i, o, **options)
        Low.__init__(self, rank, scale=0.5)
        self.a = nn.Parameter(torch.ones(rank, i))
        self.b = nn.Parameter(torch.ones(o, rank))

    def train(self, mode=True):
        nn.Linear.train(self, mode)
        self.merged = not mode
        return self

    def forward(self, x):
        return nn.Linear.forward(self, x) + (x @ self.a.t() @ self.b.t()) * self.scale


class Conv(nn.Conv2d):
    def __init__(self, i, o):
        nn.Conv2d.__init__(self, i, o, 3, padding=1, bias=False)  # as large as before

    def forward(self, x):
        return nn.Conv2d.forward(self, x) * 2


class Norm(nn.BatchNorm2d):
    def __init__(self, n):
        nn.BatchNorm2d.__init__(self, n, momentum=0.3)

    def forward(self, x):
        return nn.BatchNorm2d.forward(self, x).relu()


class Block(nn.Sequential):
    def __init__(self):
        nn.Sequential.__init__(self, Conv(3, 4), Norm(4))

    def forward(self, x):
        return nn.Sequential.forward(self, x) + 1


class Table(nn.Embedding):
    def __init__(self, n):
        nn.Embedding.__init__(self, n, 4, padding_idx=0)

    def forward(self, ids):
        return nn.Embedding.forward(self, ids) * 3


def other(layer, x):
    return nn.Linear.forward(layer, x)
