"""Arguments of functions that torch takes in several types, and MindSpore in one."""

import numpy as np
import mindspore as ms
from mindspore import nn, ops


def sizes(x):
    n = np.int64(2)
    counts = np.array([1, 2])
    return x.tile((2, 1)), ops.tile(x, (1, 2)), ops.zeros((int(n), 3)) + x, x.chunk(int(n), 0), x.narrow(0, 0, counts.sum() - n)


def images(x, h):
    pooled = ops.max_pool2d(x, (2, 2)) + ops.avg_pool2d(x, (2, 2), (2, 2))
    padded = ops.pad(x, (1, 1, 0, int(np.int64(1))))
    return pooled, padded, ops.interpolate(x, [8, 8]), nn.ZeroPad2d((1, 0, 1, 0))(x), ops.adaptive_avg_pool2d(x, (h, h))


def losses(x, y):
    smooth = ops.smooth_l1_loss(x, y, beta=1, reduction="mean") + nn.HuberLoss(delta=1)(x, y)
    return smooth, ops.leaky_relu(x, 1), ops.elu(x), ops.softplus(x, 1, 20), x.clamp(-1, 1), x


def signs(x):
    labels = ms.tensor([1, -1, 1])
    return ops.hinge_embedding_loss(x, labels.float()), ops.margin_ranking_loss(x, -x, labels.float(), margin=1.0), ops.diff(ops.diff(x, axis=-1), axis=-1)
