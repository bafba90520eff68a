import torch
from torch.func import hessian, jacrev, jvp, vmap

WEIGHT = torch.ones(4)


def weighted(x):
    return x * WEIGHT


def product(x):
    return x.prod()


def multiplied(x):
    return x @ x.T


def chosen(x):
    if x.ndim > 1:
        return x.sin()
    return x


def read_around(x: torch.Tensor):
    return jacrev(weighted)(x), jvp(weighted, (x,), (x,))


def not_tried(x: torch.Tensor):
    return hessian(product)(x), jacrev(multiplied)(x), jacrev(chosen)(x)


def with_more(x: torch.Tensor):
    return jacrev(lambda v: (v.sin(), v), has_aux=True)(x), vmap(weighted, randomness="same")(x)


def kept(x: dict):
    jacobian = jacrev(torch.sin)
    return jacobian(x["a"])
