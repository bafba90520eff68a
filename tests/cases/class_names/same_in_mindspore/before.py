from torch import nn


def init(m):
    classname = m.__class__.__name__
    if classname.find("Conv") != -1:
        found = "conv"
    elif classname.find("BatchNorm2d") != -1:
        found = "norm"
    else:
        found = ""
    return found, type(m).__name__ == "LayerNorm"


layers = [nn.Conv1d(2, 2, 1), nn.BatchNorm2d(2), nn.LayerNorm(2), nn.ConvTranspose2d(2, 2, 1), nn.Flatten()]
