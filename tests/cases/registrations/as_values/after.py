from mindspore import ops, Tensor


def double(x: Tensor) -> Tensor:
    return x * 2


def _(x):
    return ops.zeros_like(x)


def doubled(x):
    return double(x)
