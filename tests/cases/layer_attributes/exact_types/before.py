import torch
from torch import nn


def init(m):
    if type(m) == nn.Linear:
        nn.init.constant_(m.weight, 0.5)
        m.bias.data.fill_(0.1)
    elif type(m) is nn.Conv2d:
        nn.init.constant_(m.weight, 0.2)
    elif type(m) in (nn.BatchNorm2d, nn.GroupNorm):
        nn.init.constant_(m.weight, 0.3)
        nn.init.zeros_(m.bias)
    elif nn.Embedding == m.__class__:
        m.weight.data.fill_(0.4)


def only_linear(m):
    if type(m) != nn.Linear:
        return
    nn.init.constant_(m.weight, 0.7)


def either(m):
    if type(m) == nn.Linear or type(m) == nn.LayerNorm:
        nn.init.constant_(m.bias, 0.7)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3, bias=False)
        self.bn = nn.BatchNorm2d(4)
        self.gn = nn.GroupNorm(2, 4)
        self.table = nn.Embedding(5, 4)
        self.head = nn.Linear(4, 2)
        self.apply(init)
        self.head.apply(only_linear)

    def forward(self, x, ids):
        x = self.gn(self.bn(self.conv(x))).mean((2, 3))
        return self.head(x + self.table(ids))


def values():
    return [p.sum() for p in Net().parameters()]
