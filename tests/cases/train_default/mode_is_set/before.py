import torch
from torch import nn


def train(model, batches):
    model.train()
    for x in batches:
        model(x)


def run():
    net = nn.Dropout(0.5)
    size = sum(p.numel() for p in net.parameters())
    for _ in range(3):
        train(net, [torch.ones(size)])
    return net.training, size


def test(evaluate):
    net = nn.Dropout(0.5)
    if evaluate:
        net.eval()
    return net(torch.ones(2)), net.training


class Trainer:
    def __init__(self):
        self.net = nn.BatchNorm1d(3)
