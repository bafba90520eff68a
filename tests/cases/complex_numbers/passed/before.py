import torch
from torch import Tensor


def times(z: Tensor, w: Tensor):
    return z * w


def rotated(x: Tensor):
    turns = [torch.polar(torch.ones(3), torch.arange(3.0)) for _ in range(2)]
    z = torch.complex(x, x + 1)
    for turn in turns:
        z = z * turn
    both = torch.cat([z, z.conj()])
    return torch.view_as_real(times(both, both[:1]))


def real(x: Tensor):
    return x * x + 2 * x
