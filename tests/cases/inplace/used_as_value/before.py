import torch
import torch.nn.functional as F


def run(a: torch.Tensor, b: torch.Tensor):
    z = (a + b).mul_(2)
    v = a.clone().clamp_(min=0).mul_(2)
    x = a + b
    x = x.relu_()
    u = F.relu_(a + b)
    y = a - b
    F.relu_(y)
    w = a * b
    if b.sum() > 0:
        return w.mul_(2)
    return z + v + u + x + y


def left(a: torch.Tensor, b: torch.Tensor):
    x = a + b
    y = x.add_(1)
    print(x.mul_(2))
    return x, y


def drawn():
    return torch.zeros(100).uniform_(0, 1)
