import torch


def counted(x: torch.Tensor):
    return x.numel(), x[0].numel(), x.shape.count(3), x.size().index(2), x.shape == (2, 3, 4), x.shape[:-1] + (1,)
