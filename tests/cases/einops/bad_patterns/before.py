"""Patterns that einops refuses stay, with a finding."""

import torch
from einops import rearrange, reduce, repeat, einsum
from einops.layers.torch import Rearrange, Reduce


def f(x: torch.Tensor):
    rearrange(x, 'b c h w')
    rearrange(x, 'b c -> b d')
    rearrange(x, '(b c -> b c', b=2)
    rearrange(x, '(b c) -> b c')
    rearrange(x, 'b c -> c b', d=2)
    repeat(x, 'b c -> b c d')
    reduce(x, 'b c -> b', 'median')
    einsum(x, 'b c, c d -> b d')
    return Rearrange('b b -> b'), Reduce('b -> b c', 'sum')
