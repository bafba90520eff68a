import os, torch, sys
from torch import nn, Tensor, optim
from torch.nn import functional as F, init


def run(x: Tensor):
    print(os, sys)
    return F.relu(x)
