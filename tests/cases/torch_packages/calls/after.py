"""Packages that know torch's tensors and no others are named where they are called."""

import kornia
import numpy as np
from mindspore import nn, ops
from torchmetrics import Accuracy
from xformers import ops as xops


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        # TODO(torch2ms): [T2M107] torchmetrics knows the tensors of torch and no others: convert…
        self.accuracy = Accuracy(task='binary')

    def construct(self, x, y):
        # TODO(torch2ms): [T2M107] kornia knows the tensors of torch and no others: convert its…
        gray = kornia.color.rgb_to_grayscale(x)
        # TODO(torch2ms): [T2M107] xformers knows the tensors of torch and no others: it holds…
        out = xops.memory_efficient_attention(gray, x, x)
        return self.accuracy(ops.relu(out), y), np.zeros(3)
