import torch
import torch.nn as nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm = nn.BatchNorm1d(2)

    def forward(self, x):
        return self.norm(x)


class Other(Net):
    pass


build = lambda cls, *args: cls(*args)
FACTORIES = {"net": lambda: Net(), "any": lambda cls: cls()}


def main(x):
    nets = [
        (lambda cls: cls())(Net),
        build(Net),
        FACTORIES["net"](),
        FACTORIES["any"](Net),
        *map(lambda cls: cls(), [Net, Other]),
    ]
    return [net(x) for net in nets], [net.training for net in nets]
