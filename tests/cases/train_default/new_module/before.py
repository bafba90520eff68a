import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.drop = nn.Dropout(0.5)
        self.norm = build_norm(3)

    def forward(self, x):
        return self.norm(self.drop(x))


def build_norm(n):
    return nn.BatchNorm1d(n)


def build_net():
    return Net()


def main(x):
    net = Net()
    y = net(x)
    loss = nn.MSELoss()
    other = Net().cpu()
    for _ in range(2):
        other.train()
        y = y + other(x)
    third = Net().eval()
    return y, loss(y, third(x)), [(m.training, m.norm.training) for m in (net, other, third)]


def loaded(state):
    net = Net()
    net.load_state_dict(state)
    return net.training
