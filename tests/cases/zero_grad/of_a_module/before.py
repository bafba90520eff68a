import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Sequential(nn.Linear(3, 3), nn.BatchNorm1d(3))

    def forward(self, x):
        return self.fc(x)


def prepare(net: Net, x):
    net.zero_grad()
    net.zero_grad(set_to_none=True)  # frees memory
    if x is not None:
        net.zero_grad()
    return net(x)


def used(net: Net):
    done = net.zero_grad()
    return done
