from torch import nn


def is_transposed(m):
    name = m.__class__.__name__
    return "Transpose" in name and name.find("1d") != -1


def is_upsampling(m):
    return type(m).__name__ == "UpsamplingNearest2d"


layers = [nn.Flatten(), nn.ConvTranspose1d(2, 2, 1), nn.ConvTranspose2d(2, 2, 1), nn.UpsamplingNearest2d(scale_factor=2)]
