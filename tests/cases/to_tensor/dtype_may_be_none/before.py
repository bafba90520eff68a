import torch


def grid(n, device=None, dtype=None):
    return torch.arange(n, device=device).to(dtype)


def cast(x: torch.Tensor, dtype=None, other=None):
    if other is not None:
        x = x.to(other)
    return x.to(dtype)


def guarded(x: torch.Tensor, dtype=None):
    if dtype is not None:
        x = x.to(dtype)
    return x.to(dtype) if dtype else x
