import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 4)

    def forward(self, x):
        weight = next(self.parameters())
        return self.fc(x.to(next(self.parameters()).dtype).to(weight.device)) + weight.sum()


def first(net: Net):
    name, p = next(net.named_parameters())
    return name, tuple(p.shape), next(iter(net.parameters())).shape
