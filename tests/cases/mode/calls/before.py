import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.bn = nn.BatchNorm1d(3)
        self.bn.eval()

    def forward(self, x):
        if self.training:
            x = x * 2
        return self.bn(x)


def run(flag):
    net = Net()
    found = []
    net.train()
    found.append((net.training, net.bn.training))
    net.train(False)
    found.append((net.training, net.bn.training))
    net.train(True)
    found.append((net.training, net.bn.training))
    net.eval()
    found.append((net.training, net.bn.training))
    net.train(mode=flag)
    found.append((net.training, net.bn.training))
    other = Net().eval()
    for m in other.modules():
        m.train(flag)
    found.append((other.training, other.bn.training))
    was = net.training
    net.eval()
    found.append((net.training, net.bn.training))
    net.train(was)
    found.append((net.training, net.bn.training))
    return found


def assigned():
    net = Net()
    net.train()
    net.training = False
    return net.training, net.bn.training


def pair(flag):
    net = Net()
    net.eval()
    net.training, flag = True, False
    return net.training, net.bn.training
