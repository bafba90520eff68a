import torch
from torch import nn
import torch.nn.functional as F


def build(name, other):
    layer = getattr(nn, name)()
    act = getattr(F, "relu")
    if hasattr(torch, "compile"):
        print(getattr(other, name))
    return layer, act, getattr(torch.Tensor, name)
