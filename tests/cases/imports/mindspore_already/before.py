import mindspore
import mindspore.ops as ops
import torch
from mindspore import nn as mnn
from torch import nn


def run(x: torch.Tensor, y):
    y = mindspore.Tensor(y)
    return torch.relu(x), mnn.ReLU()(y), nn.Linear(3, 3), ops.abs(y)
