import sys

import torch.nn as nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm = nn.BatchNorm1d(2)

    def forward(self, x):
        return self.norm(x)


def looked_up(x):
    nets = getattr(sys.modules[__name__], "Net")(), globals()["Net"]()
    return [net(x) for net in nets]


def asked_for(x):
    net = Net()
    was = net.training
    net.eval()
    y = net(x)
    net.train(was)
    return y, net(x)


def computed(name):
    return globals()[name]()
