import torch
from einops import pack


def packed(x: torch.Tensor):
    steps = torch.arange(3)
    out, shapes = pack([steps, x], '*')
    return out, shapes


def alone(x: torch.Tensor, y: torch.Tensor):
    out, shapes = pack((x, y), 'b *')
    return out, shapes
