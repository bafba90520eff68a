import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn


def given():
    x = torch.tensor([1.0, float("nan"), -3.0])
    return F.relu(x), x.max(), x.exp(), nn.ReLU()(x)


def stored(x: Tensor):
    x = x.clone()
    x[0] = np.nan
    return x.clamp(0, 2), x.abs(), torch.argmax(x)


def asked(x: Tensor):
    loss = torch.log(-x.abs()).clamp(min=0).mean()
    if torch.isnan(loss):
        return torch.ones(())
    return loss


def kept():
    x = torch.tensor([1.0, float("nan"), -3.0])
    return F.leaky_relu(x), F.gelu(x), x.sum(), x.cumsum(0), torch.isnan(x), F.relu6(x), torch.where(x > 0, x, 0.0)
