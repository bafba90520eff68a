import mindspore as ms
from mindspore import Tensor


def energy(x, y):
    return (x ** 3).sum() + (x * y).mean()


def forces(x: Tensor, y: Tensor):
    by_first = ms.grad(energy)(x, y)
    by_second = ms.grad(energy, grad_position=1)(x, y)
    return by_first, by_second


def second(x: Tensor):
    return ms.grad(ms.grad(lambda v: v ** 4))(x.sum())
