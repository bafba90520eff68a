import torch
from torch.func import vjp


def wave(x):
    return x.sin() * x


def both(a, b):
    return a * b.cos()


def reverse_mode(x: torch.Tensor, v: torch.Tensor):
    out, pull_back = vjp(wave, x)
    (gradient,) = pull_back(v)
    _, pull_back_two = vjp(both, x, v)
    by_first, by_second = pull_back_two(x)
    return out, gradient, by_first, by_second, pull_back(x)[0]
