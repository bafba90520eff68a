import math
from mindspore import nn, ops
from mindspore.common.initializer import initializer, HeUniform, Uniform


def reset_parameters(cell):
    """Draw the weight and bias of an nn.Conv2d or nn.Dense the way they are when it is built."""
    weight, bias = cell.weight, cell.bias
    ops.assign(weight, initializer(HeUniform(math.sqrt(5)), weight.shape, weight.dtype).init_data())
    if bias is not None:
        bound = 1 / math.sqrt(math.prod(weight.shape[1:]))
        ops.assign(bias, initializer(Uniform(bound), bias.shape, bias.dtype).init_data())


class Conv(nn.Conv2d):
    def __init__(self, n):
        super().__init__(n, n, 1, pad_mode='valid', has_bias=True)
        self.weight.set_data(initializer('zeros', self.weight.shape, self.weight.dtype))
        self.reset_parameters()

    def reset_parameters(self):
        reset_parameters(self)  # then the bias
        self.bias.set_data(initializer('ones', self.bias.shape, self.bias.dtype))


class Net(nn.Cell):
    def add(self, name, module):
        setattr(self, name, module)
        return super().get_sub_cell(name)

    def place(self):
        return self

    def count(self):
        return sum(p.numel() for p in super().trainable_params())
