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
    net.train()
    net.train(True)
    net.train(False)
    net.train(mode=flag)
    net.eval()
    other = Net().eval()
    for m in net.modules():
        m.train(flag)
    was = net.training
    net.training = False
    net.training, flag = True, False
    net.train(was)
    return net, other
