import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fixed = nn.BatchNorm1d(3)
        self.norm = nn.BatchNorm1d(3)
        self.fixed.eval()

    def forward(self, x):
        return self.norm(self.fixed(x))


def run(x: torch.Tensor):
    net = Net()
    return net(x), net.fixed.running_mean, net.norm.running_mean
