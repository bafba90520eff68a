import torch
from torch.func import jvp


def wave(x):
    return x.sin() * x


def both(a, b):
    return a * b.cos()


def forward_mode(x: torch.Tensor, v: torch.Tensor):
    out, tangent = jvp(wave, (x,), (v,))
    out_of_two, tangent_of_two = torch.func.jvp(both, (x, v), (v, x))
    return out, tangent, out_of_two, tangent_of_two
