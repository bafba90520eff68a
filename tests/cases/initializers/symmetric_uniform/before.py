import math

from torch import nn


def reset(m: nn.Linear):
    bound = 3 / math.sqrt(m.in_features)
    nn.init.uniform_(m.weight, -bound, bound)
    nn.init.uniform_(m.bias, a=-0.1, b=0.1)
    return m.weight, m.bias


def shifted(m: nn.Linear):
    nn.init.uniform_(m.bias, -0.1, 0.2)
    return m.bias


layer = nn.Linear(16, 1000)
