import mindspore
import mindspore.ops as ops
from mindspore import Tensor
from mindspore import nn as mnn


def run(x: Tensor, y):
    y = mindspore.Tensor(y)
    return ops.relu(x), mnn.ReLU()(y), mnn.Dense(3, 3), ops.abs(y)
