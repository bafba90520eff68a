import torch


def reported(x: torch.Tensor):
    z = torch.complex(x, x + 1)
    return z ** 3, z.mean(), z + 1j
