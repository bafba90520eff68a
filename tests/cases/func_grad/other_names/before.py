import torch
from torch.func import grad


def loss(parameters, x):
    return (x @ parameters["weight"]).sum()


def of_dict(parameters: dict[str, torch.Tensor], x):
    return grad(loss)(parameters, x)


def kept(f, x: torch.Tensor):
    gradient = grad(f)
    return gradient(x)


@torch.func.grad
def square(x):
    return x * x


def grads(tensors):
    return [tensor.grad for tensor in tensors]


def energy(x, y):
    return (x * y).mean()


def several(x: torch.Tensor, y: torch.Tensor):
    return grad(energy, argnums=(0, 1))(x, y)


def with_result(x: torch.Tensor):
    return grad(lambda v: ((v**2).mean(), v * 2), has_aux=True)(x)
