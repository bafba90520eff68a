import math

from mindspore import nn, ops
from mindspore.common.initializer import initializer, Uniform


def reset(m: nn.Dense):
    bound = 3 / math.sqrt(m.in_channels)
    ops.assign(m.weight, initializer(Uniform(bound), m.weight.shape, m.weight.dtype).init_data())
    ops.assign(m.bias, initializer(Uniform(0.1), m.bias.shape, m.bias.dtype).init_data())
    return m.weight, m.bias


def shifted(m: nn.Dense):
    ops.assign(m.bias, -0.1 + (0.2 - -0.1) * ops.rand(m.bias.shape, dtype=m.bias.dtype))
    return m.bias


layer = nn.Dense(16, 1000)
