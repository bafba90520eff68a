import os


def run(x):
    import torch
    import torch.nn.functional as F

    return F.relu(torch.cat([x, x]))


def name():
    from torch import Tensor  # late
    return Tensor, os
