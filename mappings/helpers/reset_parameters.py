"""A layer's weight and bias drawn anew."""

import math

from mindspore import ops
from mindspore.common.initializer import HeUniform, Uniform, initializer


def reset_parameters(cell):
    """Draw the weight and bias of an nn.Conv2d or nn.Dense the way they are when it is built."""
    weight, bias = cell.weight, cell.bias
    ops.assign(weight, initializer(HeUniform(math.sqrt(5)), weight.shape, weight.dtype).init_data())
    if bias is not None:
        bound = 1 / math.sqrt(math.prod(weight.shape[1:]))
        ops.assign(bias, initializer(Uniform(bound), bias.shape, bias.dtype).init_data())
