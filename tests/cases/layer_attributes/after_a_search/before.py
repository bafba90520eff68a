from torch import nn


def widen(model, channels):
    for module in model.modules():
        if isinstance(module, nn.Conv2d) and module.in_channels == 3:
            break
    module.in_channels = channels
    module.weight = nn.Parameter(module.weight.new_zeros(module.out_channels, channels // module.groups, 3, 3))
    module.reset_parameters()
    return module


def not_only_a_search(model):
    for module in model.modules():
        if isinstance(module, nn.Conv2d):
            print(module)
        if isinstance(module, nn.BatchNorm2d):
            break
    return module.weight


def build():
    return nn.Sequential(nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8))
