import torch


def losses(x: torch.Tensor, y: torch.Tensor):
    mask = y > 0
    rows = torch.tensor([0, 1])
    total = x[0].sum() + x[:, 1:].mean() + x[rows].sum() + (x * mask).sum()
    if mask.any():
        total = total + x[mask].mean()
    return total, x[mask].mean() if x[mask].numel() > 0 else total, x[x > 0].numel()
