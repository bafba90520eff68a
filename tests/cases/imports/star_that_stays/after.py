from torch.nn import *
from mindspore import nn
from torch.nn.functional import *

print(SomethingElse, nn.Dense(3, 3))
