# dense
from torch.nn import Unknown
from mindspore import nn


def build():
    # TODO(torch2ms): [T2M205] torch.nn.Unknown is not in the tables
    return nn.Dense(3, 3), nn.ReLU(), Unknown()
