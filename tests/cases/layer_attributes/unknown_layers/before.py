import torch
from torch import nn


def fill(m):
    if hasattr(m, "weight") and m.weight is not None:
        nn.init.constant_(m.weight, 0.5)
    if getattr(m, "bias", None) is not None:
        nn.init.zeros_(m.bias)


def either(m):
    if isinstance(m, (nn.Linear, nn.LayerNorm, nn.Embedding)):
        nn.init.constant_(m.weight, 0.7)
    if isinstance(m, (nn.Conv2d, nn.BatchNorm2d)):
        if m.bias is not None:
            nn.init.constant_(m.bias, 0.1)
        m.weight.requires_grad = False


def short(m):
    if hasattr(m, "bias") and m.bias is not None: nn.init.constant_(m.bias, 0.4)
    (lambda layer: nn.init.constant_(layer.weight, 0.6) if layer.weight is not None else None)(m)


def settings(config):
    return hasattr(config, "bias"), config.weight is not None


class Net(nn.Module):
    def __init__(self, norm_layer):
        super().__init__()
        self.conv = nn.Conv1d(3, 4, 3, bias=False)
        self.norm = norm_layer(4)
        self.table = nn.Embedding(5, 4)
        self.plain = nn.BatchNorm1d(4, affine=False)
        self.head = nn.Linear(4, 2, bias=False)
        self.last = nn.LayerNorm(2)
        nn.init.constant_(self.norm.weight, 0.2)
        self.norm.bias.data.fill_(0.3)

    def forward(self, x, ids):
        x = self.plain(self.norm(self.conv(x))).mean(2)
        return self.last(self.head(x + self.table(ids)))


def make():
    return Net(nn.BatchNorm1d)


def sums(net):
    layers = net.norm.weight, net.norm.bias, net.table.weight, net.head.weight, net.last.weight, net.last.bias
    return [p.sum() for p in (net.conv.weight, *layers)]


def filled():
    net = make()
    first = sums(net)[1:3]
    for part in (net.conv, net.norm, net.table, net.plain, net.head, net.last):
        fill(part)
    second = sums(net)
    net.apply(either)
    third = sums(net)
    short(net.norm)
    short(net.head)
    return first, second, third, sums(net)
