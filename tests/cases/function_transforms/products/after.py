import mindspore as ms
from mindspore import Tensor


def wave(x):
    return x.sin() * x


def both(a, b):
    return a * b.cos()


def reverse_mode(x: Tensor, v: Tensor):
    out, pull_back = ms.vjp(wave, x)
    (gradient,) = pull_back(v)
    _, pull_back_two = ms.vjp(both, x, v)
    by_first, by_second = pull_back_two(x)
    return out, gradient, by_first, by_second, pull_back(x)[0]
