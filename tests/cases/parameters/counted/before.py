import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 4)
        self.bn = nn.BatchNorm1d(4)
        self.scale = nn.Parameter(torch.ones(5))
        self.register_buffer("steps", torch.zeros(7))


def numbers(net: Net):
    total = sum(p.numel() for p in net.parameters())
    trainable = sum(p.numel() for p in net.parameters() if p.requires_grad)
    filtered = sum(p.numel() for p in filter(lambda p: p.requires_grad, net.parameters()))
    return total, trainable, filtered, len(list(net.parameters())), len(dict(net.named_parameters()))


def shapes(net: Net):
    found = [tuple(p.shape) for p in net.parameters()]
    for i, p in enumerate(net.parameters()):
        found.append((i, p.dim()))
    for name, p in net.named_parameters():
        if "fc" in name:
            found.append((name, tuple(p.shape)))
    return found


def values(net: Net):
    return sum(p.pow(2).sum() for p in net.parameters()), [p.data for p in net.parameters()]


def among(net: Net):
    return any(p is net.steps for p in net.parameters()), any(p is net.scale for p in net.parameters())
