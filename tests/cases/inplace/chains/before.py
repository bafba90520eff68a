import torch
from torch import nn


def run(net, x: torch.Tensor, w: torch.Tensor):
    y = x.clone()
    y[:, 0] += 1
    y[w > 0] += 1
    y[w > 0] = 0
    y[0][1] = 2
    y[0].add_(1).mul_(2)
    (y).add_(1)
    y.add_(
        # twice
        x * 2,
        alpha=2,
    )
    v = y
    v.add_(1)
    print(y)
    y, z = y.add_(1), 3
    y = y.add_(1).mul_(2)
    y.add_(x).add_(x.mul_(2))
    return y.clamp_(0).sum(), y.add_(1).view(-1)
