import torch


def rows(x: torch.Tensor, count: int = 2):
    picked = x[range(count)] + x[range(1, 3)]
    y = x.clone()
    y[:, range(0, 4, 2)] = 0.5
    return picked, y, x[range(3), range(3)], x[list(range(count))]
