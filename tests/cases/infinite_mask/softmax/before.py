import math

import torch
from torch import Tensor, nn
import torch.nn.functional as F


def attend(q: Tensor, k: Tensor, mask: Tensor):
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.size(-1))
    scores = scores.masked_fill(mask == 0, float("-inf"))  # not these
    return F.softmax(scores, dim=-1)


def gated(x: Tensor, keep: Tensor):
    x = torch.where(keep, x * 2, -torch.inf)
    return x.softmax(-1)


class Pool(nn.Module):
    def __init__(self):
        super().__init__()
        self.softmax = nn.Softmax(dim=1)

    def forward(self, x: Tensor, pad: Tensor):
        y = x * 1
        y[pad] = -math.inf
        z = x.clone()
        z.masked_fill_(pad, value=float("-inf"))
        return self.softmax(y) + self.softmax(z)
