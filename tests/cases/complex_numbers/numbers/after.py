from mindspore import ops, Tensor


def complex_div(x, y):
    """The quotient of numbers or tensors, complex or real; the gradient of `x / y` is wrong for complex tensors."""

    def parts(value):
        if not isinstance(value, Tensor):
            return value.real, value.imag
        return (ops.real(value), ops.imag(value)) if value.is_complex() else (value, 0)

    (a, b), (c, d) = parts(x), parts(y)
    square = c * c + d * d
    return ops.Complex()((a * c + b * d) / square, (b * c - a * d) / square)


def complex_mul(x, y):
    """The product of numbers or tensors, complex or real; `x * y` has no gradient for complex tensors."""

    def parts(value):
        if not isinstance(value, Tensor):
            return value.real, value.imag
        return (ops.real(value), ops.imag(value)) if value.is_complex() else (value, 0)

    (a, b), (c, d) = parts(x), parts(y)
    return ops.Complex()(a * c - b * d, a * d + b * c)


def turned(x: Tensor):
    z = ops.Complex()(x, x * 2 + 1)
    return ops.view_as_real(complex_mul(1j, z) + complex_mul(z, 2 - 1j) + complex_div(z, 1j)), ops.view_as_real(ops.exp(complex_mul(1j, x)))


def beside_real(x: Tensor):
    z = ops.Complex()(x, x * 2 + 1)
    y = complex_mul(z, x) + complex_mul(x.abs(), z) + complex_div(z, x.abs() + 1) + complex_mul(z, z)
    return ops.view_as_real(y)
