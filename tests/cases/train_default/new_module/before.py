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


def main():
    net = Net()
    print(net(torch.ones(2, 3)))
    loss = nn.MSELoss()
    other = Net().cuda()
    other.load_state_dict({})
    for _ in range(2):
        other.train()
        other(torch.ones(2, 3))
    third = Net().eval()
    return loss, third
