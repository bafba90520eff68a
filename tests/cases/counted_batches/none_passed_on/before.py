from torch import nn


def block(channels, momentum=None):
    return nn.Sequential(nn.Conv2d(3, channels, 3), nn.BatchNorm2d(channels, momentum=momentum))


def plain(channels, momentum=0.2, other=None):
    other = 0.1 if other is None else other
    return nn.Sequential(nn.BatchNorm2d(3, momentum=momentum), nn.BatchNorm2d(3, 1e-5, other))


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = plain(4)

    def forward(self, x):
        return self.layers(x)
