import torch
from torch import nn


def update(target, source, rate=0.9):
    for t, s in zip(target.parameters(), source.parameters()):
        t.detach().mul_(rate).add_(s, alpha=1 - rate)
    return target


def averaged(target, source, rate=0.9):
    for t, s in zip(target.parameters(), source.parameters()):
        t.detach().lerp_(s.detach(), 1 - rate)
    for t, s in zip(target.buffers(), source.buffers()):
        t.detach().copy_(s)


def zero_module(module):
    """Every parameter becomes zero."""
    for p in module.parameters():
        p.detach().zero_()
    return module


def scale_module(module, scale):
    for p in module.parameters():
        p.detach().mul_(scale)
    return module


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(3, 3)
        self.register_buffer("mean", torch.zeros(3))
        self.lin.weight.detach().fill_(0.5)
        self.lin.bias.detach().zero_()

    def forward(self, x):
        self.mean.detach().mul_(0.9).add_(x.detach().mean(0), alpha=0.1)
        return self.lin(x) + self.mean


def trained(net, x):
    average = zero_module(Net())
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    for _ in range(3):
        optimizer.zero_grad()
        loss = net(x).square().mean()
        loss.backward()
        optimizer.step()
        update(average, net)
        scale_module(net, 0.99)
    averaged(average, net)
    return average(x), average.mean
