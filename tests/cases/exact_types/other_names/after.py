from mindspore import nn


def count(net):
    return sum(type(m) == nn.Conv2d for _, m in net.cells_and_names()), sum(isinstance(m, nn.Conv2d) for _, m in net.cells_and_names())


def run():
    return count(nn.SequentialCell(nn.Conv2d(3, 4, 3, pad_mode='valid', has_bias=True), nn.ReLU(), nn.Conv2d(4, 4, 1, pad_mode='valid', has_bias=True)))
