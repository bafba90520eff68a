import torch


def losses(x: torch.Tensor, y: torch.Tensor):
    mask = y > 0
    chosen = x[mask]
    squares = torch.masked_select(x, mask).pow(2).sum()
    return x[x > 0].sum(), chosen.mean(), squares, ((x[mask] - y[mask]) ** 2).mean(), torch.sum(x[mask])
