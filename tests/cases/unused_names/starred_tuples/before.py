import torch


def sizes(x: torch.Tensor, mask=None):
    b, n, device = *x.shape, x.device
    i, j, other = *x.shape[-2:], x.device  # the last two
    dtype, rows, columns, place, kept = x.dtype, *x.shape, x.device, mask
    third, first = x.device, *x.shape[:1]
    y = torch.arange(n, device=device) + torch.ones(b, 1, device=other)
    y = y + torch.zeros(i, j, device=place) * torch.ones(1, device=third)
    return y + torch.ones(rows, columns, dtype=dtype), kept, first


def still_read(x: torch.Tensor, load):
    b, *_, device = *x.shape, x.device
    *shape, place = *x.shape, x.device
    first, *rest, last = x.shape[0], x.device, *x.shape
    b, n, other = *x.shape, load(x.device)
    y = torch.ones(shape, device=place) * torch.ones(first, last, device=device)
    return y, torch.zeros(b, n, device=other), len(rest)


def main(x):
    return sizes(x)[0], sizes(x)[2], still_read(x, str)
