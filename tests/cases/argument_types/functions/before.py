"""Arguments of functions that torch takes in several types, and MindSpore in one."""

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn


def sizes(x):
    n = np.int64(2)
    counts = np.array([1, 2])
    return x.tile([2, 1]), torch.tile(x, [1, 2]), torch.zeros(n, 3) + x, x.chunk(n), x.narrow(0, 0, counts.sum() - n)


def images(x, h):
    pooled = F.max_pool2d(x, [2, 2]) + F.avg_pool2d(x, [2, 2], [2, 2])
    padded = F.pad(x, [1, 1, 0, np.int64(1)])
    return pooled, padded, F.interpolate(x, [8, 8]), nn.ZeroPad2d([1, 0, 1, 0])(x), F.adaptive_avg_pool2d(x, [h, h])


def losses(x, y):
    smooth = F.smooth_l1_loss(x, y, beta=1) + nn.HuberLoss(delta=1)(x, y)
    return smooth, F.leaky_relu(x, 1), F.elu(x, 1), F.softplus(x, 1, 20), x.clamp(-1, 1), F.dropout(x, 0)


def signs(x):
    labels = torch.tensor([1, -1, 1])
    return F.hinge_embedding_loss(x, labels), F.margin_ranking_loss(x, -x, labels, margin=1), torch.diff(x, n=2)
