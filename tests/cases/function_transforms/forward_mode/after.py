import mindspore as ms
from mindspore import Tensor


def wave(x):
    return x.sin() * x


def both(a, b):
    return a * b.cos()


def forward_mode(x: Tensor, v: Tensor):
    # TODO(torch2ms): [T2M401] mindspore.jacfwd(f)(x), times v (the gradient of what mindspore.jvp
    #   gives is not that of torch: right where nothing differentiates it)
    out, tangent = ms.jvp(wave, x, v)
    # TODO(torch2ms): [T2M401] mindspore.jacfwd(f)(x), times v (the gradient of what mindspore.jvp
    #   gives is not that of torch: right where nothing differentiates it)
    out_of_two, tangent_of_two = ms.jvp(both, (x, v), (v, x))
    return out, tangent, out_of_two, tangent_of_two
