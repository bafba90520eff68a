from torch import nn


class Config:
    def __init__(self):
        self.stride = 2


def change(model, config, layer):
    config = Config()
    config.stride = 1
    layer.padding = 1
    for mod in model.modules():
        if isinstance(mod, (nn.Conv2d, nn.Conv1d)):
            mod.stride = (1, 1)
        if isinstance(mod, nn.Conv2d):
            mod.stride, mod.dilation = (1, 1), (2, 2)
            mod.groups = 2
