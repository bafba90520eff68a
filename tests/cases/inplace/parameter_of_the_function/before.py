import torch


def double_(t: torch.Tensor):
    t.mul_(2)
    return t


def doubled(t: torch.Tensor):
    t = t.clone()
    t.mul_(2)
    return t


def shifted(t: torch.Tensor, values):
    part = t[0]
    part.add_(1)
    flat = t.view(-1)
    flat.zero_()
    values[0].add_(1)
    return t
