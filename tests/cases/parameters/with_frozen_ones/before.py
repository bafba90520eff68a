import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 4)
        self.bn = nn.BatchNorm1d(4)
        self.fixed = nn.Parameter(torch.ones(5), requires_grad=False)
        self.register_buffer("steps", torch.zeros(7))


def numbers(net: Net):
    return sum(p.numel() for p in net.parameters()), sum(p.numel() for p in net.parameters() if p.requires_grad)


def shapes(net: Net):
    return [tuple(p.shape) for p in net.parameters()], [tuple(p.shape) for _, p in net.named_parameters()]


def own(net: Net):
    return [p.requires_grad for p in net.parameters(recurse=False)], len(list(net.fc.parameters()))


def trained(net: Net):
    found = []
    for p in net.parameters():
        if not p.requires_grad:
            continue
        found.append(tuple(p.shape))
    return found
