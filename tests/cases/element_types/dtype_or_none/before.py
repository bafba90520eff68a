import torch


def none_is_none(x: torch.Tensor):
    total = torch.cumsum(x, 0, dtype=None)
    return total, torch.log_softmax(x, dim=1, dtype=None), torch.full((2,), 1.5, dtype=None), torch.ones([], dtype=None)


def settled(x: torch.Tensor, dtype=None):
    if dtype is None:
        dtype = torch.float64
    return x.cumsum(0, dtype=dtype), torch.full((2,), 1.5, dtype=dtype)


def open_default(x: torch.Tensor, dtype=None):
    return x.cumsum(0, dtype=dtype), torch.softmax(x, -1, dtype=dtype)
