import einx
import torch
from einx import where
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.streams = nn.Parameter(torch.arange(6.0).reshape(3, 2))

    def forward(self, x, mask, pos):
        dist = einx.subtract("j, i -> i j", pos, pos)
        bias = -einx.subtract("j, i -> 1 i j", pos, pos).abs()
        out = einx.where("b n, b n d, -> b n d", mask, x, 0.0)
        other = where("b n, b n d, b d", mask, x, x[:, 0])
        both = einx.add("b n d, s d -> (s b) n d", x, self.streams)
        scaled = einx.multiply("b n d, n b -> b n d", x, mask.float().t())
        less = einx.less("j, i -> i j", pos, pos * 2)
        forget = einx.subtract("... i, ... j -> ... i j", x, x)
        gate = einx.multiply("b n h, b h n -> b h n", x, x.transpose(1, 2))
        same = einx.equal("j, b i -> b j i", pos, mask.long())
        return dist, bias, out, other, both, scaled, less, forget, gate, same


def left(x, pattern):
    a = einx.add(pattern, x, x)
    b = einx.add("a (b c), c", x, x, b=2)
    c = einx.sum("a [b]", x)
    return a, b, c
