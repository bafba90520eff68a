"""The forms of patterns: merged and split axes, an ellipsis, 1 and (), sizes by keyword, lists, every reduction."""

import math
from functools import partial

import torch
from einops import asnumpy, einsum, parse_shape, rearrange, reduce, repeat
from torch import nn

FLAT = 'b c h w -> b (c h w)'


def moved(x: torch.Tensor):
    return rearrange(x, 'b c h w -> b h w c'), rearrange(x, 'b c h w -> (h w) b c'), rearrange(x, 'b c h w -> b c h w')


def patches(x: torch.Tensor, p=2):
    return rearrange(x, 'b c (h p1) (w p2) -> b (h w) (p1 p2 c)', p1=p, p2=p)  # p × p


def sizes(x: torch.Tensor):
    h = int(math.sqrt(x.shape[1]))
    y = rearrange(x, 'b (h w) c -> b c h w', h=h)
    return y, rearrange(x, '(b b2) n c -> b b2 n c', b2=2), rearrange(y, 'b c h w -> b (h w) c', **parse_shape(y, 'b _ h w'))


def ones(x: torch.Tensor):
    y = rearrange(x, 'b n -> b 1 1 n')
    z = rearrange(x, 'b n -> () b n 1')
    return y, z, rearrange(y, 'b () 1 n -> b n'), rearrange(y, 'b 1 1 n -> 1 n b 1'), rearrange(x[:1], '1 n -> n')


def ellipsis(x: torch.Tensor):
    a = rearrange(x, '... h w -> ... (h w)')
    b = rearrange(x, 'b ... (d r) -> r b ... d', r=2)
    c = rearrange(x, 'b ... d -> b (...) d')
    return a, b, c, rearrange(x, 'b ... d -> b d ...'), reduce(x, 'b ... -> b', 'mean'), repeat(x, '... d -> ... d k', k=2)


def unknown_rank(x: torch.Tensor):
    return rearrange(x, 'b c ... d -> d c ... b'), repeat(torch.relu(x), 'b ... d -> (k b) ... d', k=2)


def reductions(x: torch.Tensor):
    a = reduce(x, 'b c (h 2) (w 2) -> b c h w', 'max') + reduce(x, 'b c (h h2) (w w2) -> b c h w', 'min', h2=2, w2=2)
    b = reduce(x, 'b c h w -> b c 1 1', 'mean'), reduce(x, 'b c h w -> b 1 h w', 'max'), reduce(x, 'b c h w -> c', 'sum'), reduce(x, 'b c h w -> w b', 'prod')
    c = reduce(x > 0, 'b c h w -> b () c', 'any'), reduce(x > 0, 'b c h w -> b', reduction='all')
    return a, b, c, reduce(x, 'b c h w -> b c', torch.amax), reduce(x, 'b c h w -> ', 'sum')


def repeated(x: torch.Tensor, k=2):
    a = repeat(x, 'h w -> h w c', c=3)
    b = repeat(x, 'h w -> (h 2) (w k)', k=k), repeat(x, 'h w -> (k h) w', k=k)
    return a, b, repeat(x > 0, 'h w -> b h w', b=k), repeat(x, 'h w -> b 1 w h', b=k)


def lists(x: torch.Tensor):
    rows = [x, x * 2]
    return rearrange(rows, 'l b c -> b (c l)'), rearrange([x, x + 1, x], 'l b c -> b l c'), reduce([x, x], 'l b c -> b c', 'sum')


def variables(x: torch.Tensor, pattern='b c h w -> (b h) (w c)'):
    flat = partial(rearrange, pattern=FLAT)
    return rearrange(x, pattern), flat(x), reduce(x, FLAT, 'mean'), [rearrange(x, p) for p in (FLAT, pattern)]


def products(a: torch.Tensor, b: torch.Tensor):
    c = einsum(a, b, 'batch head i d, batch head j d -> batch head i j')
    d = einsum(a, 'batch head i d -> batch d')
    return c, d, einsum(a, b, a, '... i d, ... j d, ... k d -> ... i j k'), einsum(a, b[0, 0], '... i d, j d -> ... i j')


def arrays(x: torch.Tensor):
    return asnumpy(x), asnumpy(x * 2).shape
