import torch
from torch import nn


def prepare(x):
    net = nn.Linear(3, 3)
    net.zero_grad()
    net.zero_grad(set_to_none=True)  # frees memory
    if x is not None:
        net.zero_grad()
    done = net.zero_grad()
    return net(x), done
