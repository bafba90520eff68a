from mindspore import ops, Tensor


def complex_mul(x, y):
    """The product of numbers or tensors, complex or real; `x * y` has no gradient for complex tensors."""

    def parts(value):
        if not isinstance(value, Tensor):
            return value.real, value.imag
        return (ops.real(value), ops.imag(value)) if value.is_complex() else (value, 0)

    (a, b), (c, d) = parts(x), parts(y)
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
