from torch import nn


def dilate(model, rate):
    for mod in model.modules():
        if isinstance(mod, nn.Conv2d):
            mod.stride = (1, 1)
            mod.dilation = (rate, rate)
            kh, kw = mod.kernel_size
            mod.padding = ((kh // 2) * rate, (kh // 2) * rate)
        elif isinstance(mod, nn.MaxPool2d):
            mod.padding = 1
    return model


def build():
    return nn.Sequential(nn.Conv2d(3, 4, 3, stride=2, padding=1), nn.ReLU(), nn.MaxPool2d(3, 2))
