from torch import nn


class Config:
    def __init__(self):
        self.stride = 2


def plain(config, layer):
    config = Config()
    config.stride = 1
    layer.padding = 1
    return config.stride, layer.padding


def two_kinds(model):
    for mod in model.modules():
        if isinstance(mod, (nn.Conv2d, nn.Conv1d)):
            mod.stride = (1, 1)
    return model


def several(model):
    for mod in model.modules():
        if isinstance(mod, nn.Conv2d):
            mod.stride, mod.dilation = (1, 1), (2, 2)
    return model


def groups(model):
    for mod in model.modules():
        if isinstance(mod, nn.Conv2d):
            mod.groups = 2
            mod.weight = nn.Parameter(mod.weight[:, :2])
    return model


def build():
    return nn.Sequential(nn.Conv2d(4, 4, 3, stride=2), nn.ReLU())
