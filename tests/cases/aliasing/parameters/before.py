import torch
from torch import nn


def decay(net: nn.Module, rate):
    for p in net.parameters():
        p -= rate * 0.1
        p *= 2
    return net
