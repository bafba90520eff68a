import copy
from copy import deepcopy

import torch


def copied(start: torch.Tensor):
    x = torch.ones(3)
    y = copy.deepcopy(x)
    y[0] = 5  # x stays
    z = deepcopy(torch.arange(3.0))
    z += y + start
    kept = [x, y]
    others = copy.deepcopy(kept)
    shared = copy.copy(x)
    return x, y, z, others[0], shared
