from torch.nn import *
from mindspore import nn
from torch.nn.functional import *

layer = nn.Dense(3, 3)


def found():
    return SomethingElse
