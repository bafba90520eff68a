import math

import torch
import torch.nn.functional as F
from torch import Tensor


def best(x: Tensor, scores: list[float]):
    if not scores:
        return math.nan
    return F.relu(x).max() + x.clamp(0, 1).sum() + max(scores)


def checked(x: Tensor):
    y = torch.where(torch.isnan(x), torch.zeros_like(x), x)
    return F.relu(y), y.max(), best(x, [1.0, 2.0])
