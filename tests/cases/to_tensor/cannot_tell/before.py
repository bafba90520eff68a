import torch


def cast(x: torch.Tensor, *args):
    return x.to(*args)
