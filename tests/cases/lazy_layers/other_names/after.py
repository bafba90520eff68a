import torch
from mindspore import nn


class Net(nn.Cell):
    # TODO(torch2ms): [T2M206] a layer that waits for its first input is made by a helper, and is…
    def __init__(self, layer=torch.nn.LazyLinear, **options):
        super().__init__()
        self.first = layer(4)
        # TODO(torch2ms): [T2M203] the arguments cannot be seen here
        self.second = torch.nn.LazyConv2d(4, 3, **options)
        channels = 2
        # TODO(torch2ms): [T2M203] the name channels means something else here: call it something…
        self.third = torch.nn.LazyConv2d(channels, 3)

    def construct(self, x):
        return self.first(x)


def waits(m):
    # TODO(torch2ms): [T2M201] MindSpore has no layer that waits for its input's shape: write the…
    # TODO(torch2ms): [T2M206] a layer that waits for its first input is made by a helper, and is…
    return isinstance(m.weight, torch.nn.UninitializedParameter), isinstance(m, torch.nn.LazyLinear)
