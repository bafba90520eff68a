from mindspore import ops, Tensor


def complex_mul(x, y):
    """The product of tensors of which at least one is complex. The gradient of `x * y` does not exist in MindSpore."""
    a, b, c, d = ops.real(x), ops.imag(x), ops.real(y), ops.imag(y)
    return ops.Complex()(a * c - b * d, a * d + b * c)


def times(z: Tensor, w: Tensor):
    return complex_mul(z, w)


def rotated(x: Tensor):
    turns = [ops.polar(ops.ones((3,)), ops.arange(3.0)) for _ in range(2)]
    z = ops.Complex()(x, x + 1)
    for turn in turns:
        z = complex_mul(z, turn)
    both = ops.cat([z, ops.conj(z)])
    return ops.view_as_real(times(both, both[:1]))


def real(x: Tensor):
    return x * x + 2 * x
