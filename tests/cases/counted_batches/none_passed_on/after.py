from mindspore import nn


def block(channels, momentum=None):
    # TODO(torch2ms): [T2M301] give it a number, or write momentum=None (momentum may be None here,
    #   which in torch means the mean of all batches)
    return nn.SequentialCell(nn.Conv2d(3, channels, 3, pad_mode='valid', has_bias=True), nn.BatchNorm2d(channels, momentum=1 - momentum)).set_train()


def plain(channels, momentum=0.2, other=None):
    other = 0.1 if other is None else other
    return nn.SequentialCell(nn.BatchNorm2d(3, momentum=1 - momentum), nn.BatchNorm2d(3, 1e-5, 1 - other))


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.layers = plain(4)

    def construct(self, x):
        return self.layers(x)
