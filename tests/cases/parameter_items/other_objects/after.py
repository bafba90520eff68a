"""Items of tensors and lists, and of a Parameter before anything is trained."""

from mindspore import nn, Tensor


def cut(x: Tensor, mask):
    y = x * 2
    y[mask] = 0
    rows = [1, 2]
    rows[0] = 3
    return y


layer = nn.Dense(3, 2)
layer.weight[0] = 1
