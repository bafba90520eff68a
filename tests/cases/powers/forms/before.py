import torch


def ones(x: torch.Tensor):
    return (x ** 0).sum() + x.pow(0).sum() + torch.pow(x, 0.0).sum() + x.sum()
