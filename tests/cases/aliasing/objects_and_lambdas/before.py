import torch
import torch.nn as nn
import torch.nn.functional as F


class Holder:
    def __init__(self, tensors):
        self.tensors = tensors

    def __iter__(self):
        for tensor in self.tensors:
            yield tensor


def iterated():
    a = torch.ones(2)
    b = torch.zeros(2)
    for tensor in Holder([a, b]):
        tensor.mul_(3).add_(1)
    return a, b


def by_name():
    x = torch.tensor([1.0, -2.0])
    keep = x
    y = getattr(x, "mul_")(3)
    return keep, y


class OfLambda(nn.Module):
    def __init__(self):
        super().__init__()
        self.act = lambda t: F.relu(t, inplace=True)

    def forward(self, x):
        y = self.act(x)
        return y + x


class Static(nn.Module):
    @staticmethod
    def act(t):
        return F.relu_(t)

    def forward(self, x):
        keep = x = x - 1
        x = self.act(x)
        return x + keep
