"""Packages that know torch's tensors and no others are named where they are called."""

import kornia
import numpy as np
from mindspore import nn, ops
from torchmetrics import Accuracy
from xformers import ops as xops


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        # TODO(torch2ms): [T2M107] convert its source beside this, or write what it computes with
        #   ops of MindSpore (torchmetrics knows the tensors of torch and no others)
        self.accuracy = Accuracy(task='binary')

    def construct(self, x, y):
        # TODO(torch2ms): [T2M107] convert its source beside this, or write what it computes with
        #   ops of MindSpore (kornia knows the tensors of torch and no others)
        gray = kornia.color.rgb_to_grayscale(x)
        # TODO(torch2ms): [T2M107] it holds kernels for torch: write what it computes with ops of
        #   MindSpore (xformers knows the tensors of torch and no others)
        out = xops.memory_efficient_attention(gray, x, x)
        return self.accuracy(ops.relu(out), y), np.zeros(3)
