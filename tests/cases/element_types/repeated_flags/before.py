import torch


def masks(x: torch.Tensor):
    mask = x > 0
    heads = mask.repeat_interleave(2, dim=0)
    rows = torch.repeat_interleave(mask, 3, dim=1)
    return heads, rows & rows, x.repeat_interleave(2, 0)
