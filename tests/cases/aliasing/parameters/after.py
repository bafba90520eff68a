from mindspore import nn


def decay(net: nn.Cell, rate):
    for p in net.trainable_params():
        p.set_data(p - rate * 0.1)
        p.set_data(p * 2)
    return net
