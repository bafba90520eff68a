import torch


def written(x: torch.Tensor, y):
    x = x
    x, y = x, torch.relu(x)
    return x, y
