import torch


def behind(x):
    b, n, device = *x.shape, x.device
    return torch.arange(n, device=device) + b


def behind_others(x):
    _, n, dim, device, dtype = *x.shape, 4, x.device, x.dtype  # sizes first
    return torch.zeros(n, dim, device=device, dtype=dtype)


def rest(x):
    *rows, columns, device = *x.shape, x.device
    return torch.ones(columns, device=device) + rows[0]


def one_name(x):
    rows, device = *x.shape[:1], x.device
    return torch.zeros(rows, device=device)


def all_in_one(x):
    device, *sizes = x.device, *x.shape
    *some, other = 1, x.device
    return torch.zeros(sizes[0], device=device) + torch.ones(2, device=other) + some[0]


def between(x):
    rows, device, *sizes = x.shape[0], x.device, *x.shape
    return torch.zeros(rows, device=device) + sizes[0]


def not_known(x, sizes):
    device, *rows, other = *sizes, x.device
    return torch.zeros(2, device=other) + device + len(rows)
