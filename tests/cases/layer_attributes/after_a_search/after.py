import math
from mindspore import nn, ops, Parameter
from mindspore.common.initializer import initializer, HeUniform, Uniform


def reset_parameters(cell):
    """Draw the weight and bias of an nn.Conv2d or nn.Dense the way they are when it is built."""
    weight, bias = cell.weight, cell.bias
    ops.assign(weight, initializer(HeUniform(math.sqrt(5)), weight.shape, weight.dtype).init_data())
    if bias is not None:
        bound = 1 / math.sqrt(math.prod(weight.shape[1:]))
        ops.assign(bias, initializer(Uniform(bound), bias.shape, bias.dtype).init_data())


def widen(model, channels):
    for _, module in model.cells_and_names():
        if isinstance(module, nn.Conv2d) and module.in_channels == 3:
            break
    module.in_channels = channels
    module.weight = Parameter(ops.zeros((module.out_channels, channels // module.group, 3, 3), module.weight.dtype))
    reset_parameters(module)
    return module


def not_only_a_search(model):
    for _, module in model.cells_and_names():
        if isinstance(module, nn.Conv2d):
            print(module)
        if isinstance(module, nn.BatchNorm2d):
            break
    return module.weight


def build():
    return nn.SequentialCell(nn.Conv2d(3, 8, 3, pad_mode='valid', has_bias=True), nn.BatchNorm2d(8)).set_train()
