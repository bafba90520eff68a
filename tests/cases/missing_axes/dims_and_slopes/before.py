import torch
import torch.nn as nn
import torch.nn.functional as F


class Probabilities(nn.Module):
    def __init__(self, dim=None):
        super().__init__()
        self.logs = nn.LogSoftmax(dim=dim)

    def forward(self, x):
        return self.logs(x)


class Slope(nn.Module):
    def __init__(self):
        super().__init__()
        self.slope = nn.Parameter(torch.tensor(0.25))

    def forward(self, x):
        return F.prelu(x, self.slope)


def soft(x, dim=None):
    return F.softmax(x, dim), F.log_softmax(x, dim=dim)


def main():
    x = torch.arange(-3.0, 3.0).reshape(2, 3)
    return soft(x), soft(x.reshape(1, 2, 3)), soft(x, 0), Probabilities()(x), Slope()(x)
