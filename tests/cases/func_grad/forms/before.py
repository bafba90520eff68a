import torch
from torch.func import grad


def energy(x, y):
    return (x ** 3).sum() + (x * y).mean()


def forces(x: torch.Tensor, y: torch.Tensor):
    by_first = torch.func.grad(energy)(x, y)
    by_second = grad(energy, argnums=1)(x, y)
    return by_first, by_second


def second(x: torch.Tensor):
    return grad(grad(lambda v: v ** 4))(x.sum())
