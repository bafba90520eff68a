import torch


def run(a: torch.Tensor, b: torch.Tensor):
    x = a + b
    x += 1
    y = torch.ones(3)
    y *= 2
    z = a.clone()
    z -= b
    w = x[0] * 2
    w /= 3
    return x + y + z + w
