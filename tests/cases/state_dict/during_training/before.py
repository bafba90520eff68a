import copy

import torch
from torch import nn, optim


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 2)
        self.out = nn.Linear(2, 1)

    def forward(self, x):
        return self.out(self.fc(x))


def turned_back(net: Net, x: torch.Tensor, path):
    torch.save(net.state_dict(), path)
    optimizer = optim.SGD(net.parameters(), lr=0.1)
    for step in range(4):
        optimizer.zero_grad()
        loss = net(x).pow(2).mean()
        loss.backward()
        optimizer.step()
        if step == 1:
            net.load_state_dict(torch.load(path))
        if step == 2:
            net.load_state_dict(copy.deepcopy(net.state_dict()))
    return net.fc.weight


def best(net: Net, x: torch.Tensor, path):
    net.load_state_dict(torch.load(path))
    optimizer = optim.SGD(net.parameters(), lr=0.1)
    for step in range(3):
        optimizer.zero_grad()
        loss = net(x).pow(2).mean()
        loss.backward()
        optimizer.step()
        if step == 1:
            torch.save(net.state_dict(), path)
    net.load_state_dict(torch.load(path))
    return net(x)


def run(x: torch.Tensor, path):
    torch.manual_seed(0)
    net = Net()
    torch.save(net.state_dict(), path)
    return (best(net, x, path) - net(x)).abs().sum().item()
