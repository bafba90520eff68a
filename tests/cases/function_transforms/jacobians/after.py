import mindspore as ms
from mindspore import Tensor


def wave(x):
    return x.sin() * x


def both(a, b):
    return a * b.sin()


def energy(x):
    return (x ** 3).sum() + x.exp().sum()


def of_one(x: Tensor):
    return ms.jacrev(wave)(x), ms.jacfwd(wave)(x), ms.jacrev(wave)(x.reshape(2, 2)), ms.vmap(ms.jacrev(wave))(x[None])


def of_two(a: Tensor, b: Tensor):
    by_second = ms.jacrev(both, grad_position=1)(a, b)
    by_each = ms.jacfwd(both, (0, 1))(a, b)
    return by_second, by_each[0], by_each[1]


def second(x: Tensor):
    return ms.jacfwd(ms.jacrev(energy))(x)


def second_by_reverse_mode(x: Tensor):
    return ms.jacrev(ms.jacrev(energy))(x)


def functional(x: Tensor):
    return ms.jacrev(wave)(x), ms.jacrev(wave)(x), ms.jacfwd(ms.jacrev(energy))(x)


def of_several(a: Tensor, b: Tensor):
    first, other = ms.jacrev(both, (0, 1))(a, b)
    return first, other
