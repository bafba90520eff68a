from torch import nn


def layers():
    return nn.ConstantPad1d((1, -1), 0.5), nn.ZeroPad2d((0, 1, 0, 1)), nn.ZeroPad2d(-1)
