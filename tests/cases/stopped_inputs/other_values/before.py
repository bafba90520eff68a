import torch

x = torch.arange(3.0)
same = torch.isclose(x, x * 2)


def evaluated(y):
    with torch.no_grad():
        near = torch.isclose(y, y * 2)
    return near, torch.logical_and(y > 0, y < 1)
