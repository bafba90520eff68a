import copy

import torch
import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(3, 4)
        self.norm = nn.BatchNorm1d(4)
        self.last = nn.Linear(4, 1)
        for layer in (self.first, self.last):
            nn.init.constant_(layer.weight, 0.3)
            nn.init.constant_(layer.bias, 0.1)

    def forward(self, x):
        return self.last(self.norm(self.first(x)) + self.first(x))


class Agent:
    def __init__(self):
        self.net, self.target = Net(), Net()
        self.target.load_state_dict(self.net.state_dict())
        self.optimizer = torch.optim.SGD(self.net.parameters(), lr=0.05, momentum=0.9)
        self.best = None

    def learn(self, x):
        self.optimizer.zero_grad()
        loss = F.mse_loss(self.net(x), x[:, :1])
        loss.backward()
        self.optimizer.step()
        return loss.item()

    def sync(self):
        self.target.load_state_dict(self.net.state_dict())

    def keep(self):
        self.best = copy.deepcopy(self.net.state_dict())

    def back(self):
        if self.best is not None:
            self.net.load_state_dict(self.best)  # goes on from there


def agent(x: torch.Tensor):
    made = Agent()
    losses = []
    for turn in range(6):
        losses.append(made.learn(x))
        if turn == 1:
            made.sync()
            made.keep()
        if turn == 3:
            made.back()
    return losses, made.target.first.weight.detach(), made.net.norm.running_mean


def loop(x: torch.Tensor):
    net, start = Net(), Net()
    kept = {name: value.detach().clone() for name, value in net.state_dict().items()}
    optimizer = torch.optim.Adam(net.parameters(), lr=0.05)
    losses = []
    for turn in range(6):
        optimizer.zero_grad()
        loss = F.mse_loss(net(x), x[:, :1])
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        if turn == 2:
            net.load_state_dict(kept)
        if turn == 4:
            net.load_state_dict(start.state_dict(), strict=True)
    return losses, net.first.weight.detach()


def keys(net: nn.Module):
    state = net.state_dict()
    return state["first.weight"], [name for name in net.state_dict()]
