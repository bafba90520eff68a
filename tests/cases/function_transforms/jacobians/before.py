import torch
from torch.autograd.functional import hessian as matrix_of
from torch.autograd.functional import jacobian
from torch.func import hessian, jacfwd, jacrev, vmap


def wave(x):
    return x.sin() * x


def both(a, b):
    return a * b.sin()


def energy(x):
    return (x ** 3).sum() + x.exp().sum()


def of_one(x: torch.Tensor):
    return jacrev(wave)(x), jacfwd(wave)(x), torch.func.jacrev(wave)(x.reshape(2, 2)), vmap(jacrev(wave))(x[None])


def of_two(a: torch.Tensor, b: torch.Tensor):
    by_second = jacrev(both, argnums=1)(a, b)
    by_each = jacfwd(both, (0, 1))(a, b)
    return by_second, by_each[0], by_each[1]


def second(x: torch.Tensor):
    return hessian(energy)(x)


def second_by_reverse_mode(x: torch.Tensor):
    return jacrev(jacrev(energy))(x)


def functional(x: torch.Tensor):
    return jacobian(wave, x), jacobian(wave, x, vectorize=True), matrix_of(energy, x)


def of_several(a: torch.Tensor, b: torch.Tensor):
    first, other = jacobian(both, (a, b))
    return first, other
