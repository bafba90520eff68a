import torch


def grids(x, y):
    one, other = torch.meshgrid(x, y)
    (alone,) = torch.meshgrid(torch.relu(x))
    return one + other, alone, torch.meshgrid(x, y, indexing="xy")
