"""Every way to import einops, and functions of these names that are something else."""

import einops
import einops as eo
import torch
from einops import rearrange as r, reduce as fold
from einops.einops import repeat
from einops.layers.torch import Rearrange as Layer
import einops.layers.torch as layers
from functools import reduce
from torch import nn

try:
    from einops import pack, unpack
except ImportError:
    pack = unpack = None


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(Layer('b c (h p) w -> b h w (p c)', p=2), nn.Linear(6, 4), layers.Reduce('b h w c -> b c', 'max'))

    def forward(self, x):
        y = r(x, 'b c h w -> b (h w) c')
        z = einops.rearrange(y, 'b n c -> n b c') + eo.rearrange(y, 'b n c -> n b c')
        n = reduce(lambda a, b: a * b, [1, 2, 3])
        packed, shapes = pack([self.net(x), fold(z, 'n b c -> b c', 'mean')], 'b *')
        first, second = unpack(packed * n, shapes, 'b *')
        return repeat(first, 'b c -> (k b) c', k=3), second


def rearrange(x, pattern):
    return x, pattern


def own(x: torch.Tensor):
    return rearrange(x, 'of this file')
