from torch.nn import *
from torch.nn.functional import *

layer = Linear(3, 3)


def found():
    return SomethingElse
