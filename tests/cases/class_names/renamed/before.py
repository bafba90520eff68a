from torch import nn


def init(m):
    classname = m.__class__.__name__
    if classname.find('Linear') != -1:
        found = "linear"
    elif "Linear" not in classname and classname.startswith("ConvTranspose"):
        found = "transposed"
    else:
        found = ""
    return found, type(m).__name__ == "Linear" or classname in ("Linear", "Conv2d")


layers = [nn.Linear(2, 2), nn.Conv2d(2, 2, 1), nn.ConvTranspose2d(2, 2, 1), nn.Flatten()]
