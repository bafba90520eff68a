from mindspore import nn


def build():
    return nn.Dense(2, 2)
