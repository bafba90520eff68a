import torch
from torch import nn


class Base(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(2, 2)])
        self.body = nn.Sequential(nn.Linear(2, 2))

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return self.body(x)


class More(Base):
    def __init__(self):
        super().__init__()
        self.layers.append(nn.Linear(2, 2))


class Fixed(nn.Module):
    # Lists of the same names that never grow.
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(2, 2)])
        self.body = nn.Sequential(nn.Linear(2, 2), nn.ReLU())

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return self.body(x)


def build():
    net = More()
    net.layers.append(nn.Linear(2, 2))
    net.body.add_module("last", nn.Linear(2, 2))
    return net


def fill(net, x):
    with torch.no_grad():
        for one in (build(), Fixed()):
            for p in one.parameters():
                p.fill_(0.5)
            x = one(x)
    return net(x)
